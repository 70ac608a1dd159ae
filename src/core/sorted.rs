//! Lists in order, made one item at a time.
//!
//! A page's lists are short, and each kind of list that is sorted as a whole costs a page two kilobytes of code.

/// Puts an item into a list that is in order, after those it is equal to.
pub fn insert<T>(list: &mut Vec<T>, item: T, is_before: impl Fn(&T, &T) -> bool) {
    let at = list.partition_point(|there| !is_before(&item, there));
    list.insert(at, item);
}

/// The items in order; equal ones as they came.
pub fn sorted<T>(items: impl IntoIterator<Item = T>, is_before: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut list = Vec::new();
    for item in items {
        insert(&mut list, item, &is_before);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_a_stable_sort_makes(items in proptest::collection::vec((0_u8..8, any::<u8>()), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(sorted(items, |a, b| a.0 < b.0), expected);
        }
    }
}
