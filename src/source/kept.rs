//! What was made of files, kept for as long as they stay as they are.
//!
//! An editor changes one text at a time, and most of what is known rests on the others. So every
//! text carries what was read of it, and what was made of several files remembers which.

use super::{Listing, Source, SourceId, Sources};
use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What was made of a text: one thing of each type and name.
pub(super) struct Kept {
    /// Tells this text from every other that was ever read.
    number: u64,
    made: Mutex<HashMap<TypeId, Named>>,
}

/// Things of one type by their names. There are few.
type Named = Vec<(Box<str>, Arc<dyn Any + Send + Sync>)>;

/// Something that was made, and of what.
struct Made<K, T> {
    key: K,
    /// The file that it belongs to: places in it name its file by this.
    id: SourceId,
    /// The names of files at that time.
    listing: u64,
    /// The texts that were looked at.
    looked: Vec<(SourceId, u64)>,
    made: Arc<T>,
}

thread_local! {
    /// The files that this thread has looked at, while somebody wants to know.
    static LOOKED: RefCell<Option<BTreeSet<SourceId>>> = const { RefCell::new(None) };
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { number: number(), made: Mutex::default() }
    }
}

impl Listing {
    /// The same names under another number.
    pub(super) fn numbered(self) -> Listing {
        Listing { number: number(), ..self }
    }
}

/// A number that was never given before.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Source {
    /// What `make` makes of this text alone, which is the file of the number `id`. It is made
    /// once, and again only if the file gets another number.
    pub fn keep<T: Send + Sync + 'static>(&self, id: SourceId, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(kept) = self.kept.get::<(), T>("", |kept| kept.id == id) {
            return kept.made.clone();
        }
        let made = Arc::new(make());
        let looked = Vec::new();
        self.kept.put("", Made { key: (), id, listing: 0, looked, made: made.clone() });
        made
    }
}

impl Sources {
    /// What `make` makes of a file and of all others that it looks at, under a name that tells it
    /// from other things of its type. It is made again if one of these texts, the name of a file
    /// or the key is not what it was. It must not spread over threads.
    pub fn keep<K, T>(&self, id: SourceId, name: &str, key: K, make: impl FnOnce() -> T) -> Arc<T>
    where
        K: PartialEq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let own = self.get(id).kept.clone();
        let number = |id: SourceId| self.read.get(id.0 as usize).map(|source| source.kept.number);
        let holds = |kept: &Made<K, T>| {
            kept.id == id
                && kept.listing == self.listing.number
                && kept.looked.iter().all(|(id, known)| number(*id) == Some(*known))
                && kept.key == key
        };
        if let Some(kept) = own.get(name, holds) {
            kept.looked.iter().for_each(|(id, _)| look_at(*id));
            return kept.made.clone();
        }
        let outer = LOOKED.with(|looked| looked.replace(Some(BTreeSet::new())));
        let made = Arc::new(make());
        let looked = LOOKED.with(|looked| looked.replace(outer)).unwrap_or_default();
        looked.iter().for_each(|id| look_at(*id));
        let looked = looked.into_iter().filter_map(|id| Some((id, number(id)?))).collect();
        let listing = self.listing.number;
        own.put(name, Made { key, id, listing, looked, made: made.clone() });
        made
    }

    /// The same of what is asked for once in a run, so that nothing need be kept of files that are
    /// read once.
    pub fn keep_for_later<K, T>(
        &self,
        id: SourceId,
        name: &str,
        key: K,
        make: impl FnOnce() -> T,
    ) -> Arc<T>
    where
        K: PartialEq + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        match self.is_read_once {
            true => Arc::new(make()),
            false => self.keep(id, name, key, make),
        }
    }

    /// Takes over what was made of those texts that were there before under the same number.
    pub fn take_over(&mut self, before: &Sources) {
        for (source, old) in self.read.iter_mut().zip(&before.read) {
            if (&source.path, source.kind, &source.text) == (&old.path, old.kind, &old.text) {
                *source = old.clone();
            }
        }
    }
}

/// Notes that this thread looks at a file.
pub(super) fn look_at(id: SourceId) {
    LOOKED.with(|looked| {
        if let Ok(mut looked) = looked.try_borrow_mut()
            && let Some(looked) = looked.as_mut()
        {
            looked.insert(id);
        }
    });
}

impl Kept {
    fn get<K: Send + Sync + 'static, T: Send + Sync + 'static>(
        &self,
        name: &str,
        holds: impl FnOnce(&Made<K, T>) -> bool,
    ) -> Option<Arc<Made<K, T>>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let named = made.get(&TypeId::of::<Made<K, T>>())?;
        let kept = named.iter().find(|(other, _)| **other == *name)?.1.clone();
        drop(made);
        kept.downcast::<Made<K, T>>().ok().filter(|kept| holds(kept))
    }

    fn put<K: Send + Sync + 'static, T: Send + Sync + 'static>(
        &self,
        name: &str,
        kept: Made<K, T>,
    ) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let named = made.entry(TypeId::of::<Made<K, T>>()).or_default();
        match named.iter_mut().find(|(other, _)| **other == *name) {
            Some((_, old)) => *old = Arc::new(kept),
            None => named.push((name.into(), Arc::new(kept))),
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn id(sources: &Sources, path: &str) -> SourceId {
        sources.find(path).unwrap().0
    }

    #[test]
    fn what_was_made_of_several_files_is_made_again_if_one_changes() {
        let mut sources = Sources::of(&[("a.sh", "a"), ("b.sh", "b"), ("c.sh", "c")]);
        let made = Cell::new(0);
        let read = |sources: &Sources, key: u32| {
            let own = id(sources, "a.sh");
            *sources.keep(own, "", key, || {
                made.set(made.get() + 1);
                let other = sources.find("b.sh").unwrap().1;
                format!("{}{}", sources.get(own).text, other.text)
            }) == format!("{}{}", sources.get(own).text, sources.find("b.sh").unwrap().1.text)
        };
        assert!(read(&sources, 1) && read(&sources, 1));
        assert_eq!(made.get(), 1);
        assert!(sources.lay("c.sh", &"new".into()) && read(&sources, 1));
        assert_eq!(made.get(), 1, "it was not looked at");
        assert!(sources.lay("b.sh", &"new".into()) && read(&sources, 1));
        assert_eq!(made.get(), 2);
        assert!(sources.lay("a.sh", &"new".into()) && read(&sources, 1));
        assert_eq!(made.get(), 3);
        assert!(read(&sources, 2) && read(&sources.clone(), 2));
        assert_eq!(made.get(), 4);
        let again = Sources::of(&[("a.sh", "new"), ("b.sh", "new"), ("d.sh", "")]);
        let mut again = again;
        again.take_over(&sources);
        assert!(read(&again, 2));
        assert_eq!(made.get(), 5, "a name is another");
    }

    #[test]
    fn what_is_inside_of_another_counts_for_both() {
        let mut sources = Sources::of(&[("a.sh", "a"), ("b.sh", "b")]);
        let read = |sources: &Sources| {
            let (a, b) = (id(sources, "a.sh"), id(sources, "b.sh"));
            let text = |id: SourceId| sources.get(id).text.to_string();
            let inner = || sources.keep(a, "inner", 0, || text(b));
            sources.keep(a, "outer", 0, || inner().to_string()).to_string()
        };
        assert_eq!(read(&sources), "b");
        assert_eq!(read(&sources), "b");
        assert!(sources.lay("b.sh", &"new".into()));
        assert_eq!(read(&sources), "new");
    }

    #[test]
    fn what_was_read_of_a_text_goes_with_it() {
        let mut sources = Sources::of(&[("a.sh", "a")]);
        let read = |sources: &Sources| {
            let (id, source) = sources.find("a.sh").unwrap();
            source.keep(id, || source.text.to_string()).to_string()
        };
        assert_eq!(read(&sources), "a");
        assert!(sources.lay("a.sh", &"new".into()));
        assert_eq!(read(&sources), "new");
        assert_eq!(sources.replace("a.sh", "newer").as_deref(), Some("new"));
        assert_eq!(read(&sources), "newer");
    }
}
