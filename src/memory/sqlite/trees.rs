//! Which pages of a memory's file belong to which table or index: a page belongs to the tree whose inner pages lead to it, a tree is known by the list of
//! tables (sqlite.org/fileformat, sections 1.5 and 1.6).

use std::io;

use rusqlite::types::Value;
use rustc_hash::{FxHashMap, FxHashSet};

use super::pages::{Kind, Pages, be32, children};

/// The deepest tree; SQLite's own limit is 20.
const DEEPEST: usize = 24;

/// The trees of a file.
pub(super) struct Trees {
    parents: FxHashMap<u32, u32>,
    /// The pages with rows of tables.
    pub(super) leaves: Vec<u32>,
    /// The pages with entries of indexes.
    pub(super) entries: Vec<u32>,
}

impl Trees {
    /// Finds out which page leads to which.
    pub(super) fn of(pages: &mut Pages) -> io::Result<Self> {
        let free = free_pages(pages)?;
        let mut trees = Self {
            parents: FxHashMap::default(),
            leaves: Vec::new(),
            entries: Vec::new(),
        };
        for number in (1..=pages.count).filter(|number| !free.contains(number)) {
            let Some(page) = pages.page(number)? else {
                continue;
            };
            let kind = Kind::of(&page, number);
            match kind {
                Some(Kind::Leaf) => trees.leaves.push(number),
                Some(Kind::IndexLeaf | Kind::IndexInner) => trees.entries.push(number),
                _ => {}
            }
            if let Some(Kind::Inner | Kind::IndexInner) = kind {
                for child in children(&page, number) {
                    trees.parents.entry(child).or_insert(number);
                }
            }
        }
        Ok(trees)
    }

    /// Returns the page from which all pages of a page's tree are reached, as far as what leads to it is there.
    pub(super) fn root(&self, page: u32) -> u32 {
        let mut root = page;
        for _ in 0..DEEPEST {
            match self.parents.get(&root) {
                Some(&parent) => root = parent,
                None => break,
            }
        }
        root
    }

    /// Returns the list that the first page leads to of what is of a kind, `table` or `index`: roots and names.
    pub(super) fn listed(
        &self,
        pages: &mut Pages,
        wanted: &str,
    ) -> io::Result<FxHashMap<u32, String>> {
        let mut listed = FxHashMap::default();
        for &page in &self.leaves {
            if self.root(page) != 1 {
                continue;
            }
            for (_, values) in pages.rows(page)? {
                if let [
                    Value::Text(kind),
                    Value::Text(name),
                    _,
                    Value::Integer(root),
                    ..,
                ] = &values[..]
                    && kind == wanted
                    && let Ok(root) = u32::try_from(*root)
                {
                    listed.insert(root, name.clone());
                }
            }
        }
        Ok(listed)
    }
}

/// Returns the pages that the header says are free, which hold only what was deleted.
fn free_pages(pages: &mut Pages) -> io::Result<FxHashSet<u32>> {
    let mut free = FxHashSet::default();
    if pages.expected.is_none() {
        return Ok(free);
    }
    let mut trunk = match pages.page(1)? {
        Some(page) => be32(&page, 32).unwrap_or(0),
        None => 0,
    };
    while trunk != 0 && free.insert(trunk) {
        let Some(page) = pages.page(trunk)? else {
            break;
        };
        let count = be32(&page, 4).unwrap_or(0) as usize;
        free.extend((0..count).map_while(|leaf| be32(&page, 8 + 4 * leaf)));
        trunk = be32(&page, 0).unwrap_or(0);
    }
    Ok(free)
}
