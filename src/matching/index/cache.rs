//! Blocks that were read lately, so that a process that answers many queries reads each but once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::index::{Blocks, Part};
use crate::memory::Lookup;

/// Bytes of blocks that are kept at least. Together with signatures and what the storage keeps this stays within 100 MB for a process that asks a million
/// units.
const FEW_BYTES: usize = 56 << 20;

/// Bytes of blocks that are kept for each text: some two thirds of what an index has. With less, who asks a large memory reads most blocks anew.
const BYTES_A_TEXT: usize = 64;

type Key = (i64, Part, u32);

/// The blocks read lately: those met since the last change of halves, and those of the half before.
pub(in super::super) struct Cache {
    most_bytes: Cell<usize>,
    young: RefCell<FxHashMap<Key, Rc<[u8]>>>,
    old: RefCell<FxHashMap<Key, Rc<[u8]>>>,
    young_bytes: Cell<usize>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            most_bytes: Cell::new(FEW_BYTES),
            young: RefCell::default(),
            old: RefCell::default(),
            young_bytes: Cell::new(0),
        }
    }
}

impl Cache {
    /// Makes room for the index of so many texts.
    pub(super) fn make_room(&self, texts: usize) {
        let most = self.most_bytes.get().max(texts * BYTES_A_TEXT);
        self.most_bytes.set(most);
    }

    fn get(&self, key: &Key) -> Option<Rc<[u8]>> {
        if let Some(block) = self.young.borrow().get(key) {
            return Some(Rc::clone(block));
        }
        let block = self.old.borrow_mut().remove(key)?;
        self.put(*key, &block);
        Some(block)
    }

    fn put(&self, key: Key, block: &Rc<[u8]>) {
        let bytes = self.young_bytes.get() + block.len();
        let mut young = self.young.borrow_mut();
        if bytes > self.most_bytes.get() / 2 {
            *self.old.borrow_mut() = std::mem::take(&mut *young);
            self.young_bytes.set(block.len());
        } else {
            self.young_bytes.set(bytes);
        }
        young.insert(key, Rc::clone(block));
    }
}

/// The blocks of one segment of a storage, through the cache.
pub(in super::super) struct Cached<'m> {
    pub(super) lookup: &'m dyn Lookup,
    pub(super) cache: Rc<Cache>,
    pub(super) shelf: i64,
}

impl Blocks for Cached<'_> {
    fn block(&self, part: Part, number: u32) -> Result<Rc<[u8]>> {
        let key = (self.shelf, part, number);
        if let Some(block) = self.cache.get(&key) {
            return Ok(block);
        }
        let block = self.lookup.block(self.shelf, part, number)?;
        self.cache.put(key, &block);
        Ok(block)
    }
}
