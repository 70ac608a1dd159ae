// Before the first paint: the colours that were chosen on this device.
try {
  const theme = localStorage.getItem("multirtc.theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {}
