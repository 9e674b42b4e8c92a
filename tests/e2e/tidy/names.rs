//! The paths and macros that a file names outside its tests, with `crate`, `self`, `super` and its own imports resolved.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use super::sources::{File, only_in_tests};

#[derive(Default)]
pub struct Names {
    /// Where the visitor stands; deeper than the file inside of `mod x { .. }`.
    module: Vec<String>,
    file: Vec<String>,
    /// The modules that the file declares.
    children: BTreeSet<String>,
    /// What the file imports at its top, by the name that it has there.
    pub imports: BTreeMap<String, Vec<String>>,
    pub found: BTreeSet<Vec<String>>,
    pub macros: BTreeSet<String>,
}

impl Names {
    pub fn of(file: &File) -> Self {
        let parsed = file.parsed();
        let mut names = Self { module: file.module.clone(), file: file.module.clone(), ..Self::default() };
        for item in &parsed.items {
            match item {
                syn::Item::Mod(item) if !only_in_tests(&item.attrs) => {
                    names.children.insert(item.ident.to_string());
                }
                _ => {}
            }
        }
        for item in &parsed.items {
            match item {
                syn::Item::Use(item) if !only_in_tests(&item.attrs) => {
                    for (name, path) in flat(&item.tree) {
                        let path = names.resolved(path);
                        names.imports.insert(name, path);
                    }
                }
                _ => {}
            }
        }
        names.visit_file(&parsed);
        names
    }

    /// The path from the root of the crate, as `crate::..`; what comes from another crate stays as it is.
    fn resolved(&self, segments: Vec<String>) -> Vec<String> {
        let mut base: Option<Vec<String>> = None;
        let mut rest = segments.as_slice();
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => base = Some(Vec::new()),
                "self" => base = Some(base.unwrap_or_else(|| self.module.clone())),
                "super" => {
                    let mut up = base.unwrap_or_else(|| self.module.clone());
                    up.pop();
                    base = Some(up);
                }
                _ => break,
            }
            rest = others;
        }
        if base.is_none() && segments.len() > 1 && self.module == self.file {
            if let Some(import) = self.imports.get(&segments[0]) {
                return import.iter().chain(&segments[1..]).cloned().collect();
            }
            if self.children.contains(&segments[0]) {
                base = Some(self.file.clone());
            }
        }
        match base {
            Some(base) => ["crate".to_owned()].into_iter().chain(base).chain(rest.iter().cloned()).collect(),
            None => segments,
        }
    }

    fn add(&mut self, segments: Vec<String>) {
        let resolved = self.resolved(segments);
        self.found.insert(resolved);
    }

    /// The paths among tokens that are not parsed: those of macros and of attributes.
    fn scan(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.scanned(&mut path);
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.scanned(&mut path);
                    colons = 0;
                    self.scan(group.stream());
                }
                _ => {
                    self.scanned(&mut path);
                    colons = 0;
                }
            }
        }
        self.scanned(&mut path);
    }

    fn scanned(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.add(path);
        }
    }
}

/// What a `use` imports: each name with its path.
fn flat(tree: &syn::UseTree) -> Vec<(String, Vec<String>)> {
    fn walk(prefix: &[String], tree: &syn::UseTree, out: &mut Vec<(String, Vec<String>)>) {
        let with = |name: String| prefix.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => walk(&with(path.ident.to_string()), &path.tree, out),
            syn::UseTree::Name(name) if name.ident == "self" => {
                out.push((prefix.last().cloned().unwrap_or_default(), prefix.to_vec()));
            }
            syn::UseTree::Name(name) => out.push((name.ident.to_string(), with(name.ident.to_string()))),
            syn::UseTree::Rename(name) => out.push((name.rename.to_string(), with(name.ident.to_string()))),
            syn::UseTree::Glob(_) => out.push(("*".to_owned(), with("*".to_owned()))),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| walk(prefix, item, out)),
        }
    }
    let mut out = Vec::new();
    walk(&[], tree, &mut out);
    out
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !only_in_tests(&item.attrs) {
            self.module.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !only_in_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !only_in_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !only_in_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !only_in_tests(&item.attrs) {
            for (_, path) in flat(&item.tree) {
                self.add(path);
            }
        }
    }

    /// `pub(super)` imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(last) = call.path.segments.last() {
            self.macros.insert(last.ident.to_string());
        }
        self.scan(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.scan(list.tokens.clone());
        visit::visit_meta_list(self, list);
    }
}
