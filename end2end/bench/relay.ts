import { createServer, type Server as HttpServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer, WebSocket } from 'ws';

const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

/** Serves one folder, and hands every WebSocket message on to all other sockets opened on the same path and query. */
export class Relay {
  private constructor(
    private readonly http: HttpServer,
    private readonly sockets: WebSocketServer,
    readonly origin: string,
  ) {}

  static async start(folder: string): Promise<Relay> {
    const http = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      if (path === '/favicon.ico') {
        response.writeHead(204).end();
        return;
      }
      readFile(join(folder, path)).then(
        (body) => response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(body),
        () => response.writeHead(404).end('not here'),
      );
    });
    const sockets = new WebSocketServer({ server: http });
    const rooms = new Map<string, Set<WebSocket>>();
    sockets.on('connection', (socket, request) => {
      const name = request.url ?? '/';
      const room = rooms.get(name) ?? new Set();
      rooms.set(name, room.add(socket));
      socket.on('message', (data) => {
        for (const other of room) if (other !== socket && other.readyState === WebSocket.OPEN) other.send(data.toString());
      });
      socket.on('close', () => room.delete(socket));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Relay(http, sockets, `http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}
