//! No function is longer than a screen, or takes more than can be kept in mind.

use std::collections::BTreeMap;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::sources::{File, only_in_tests, sources};

/// How many lines a function may have, from `fn` to its closing brace.
const LINES: usize = 60;
/// How many parameters it may have beside `self`.
const PARAMETERS: usize = 6;

/// What is measured of one function.
#[derive(Debug, Default, PartialEq, Eq)]
struct Size {
    lines: usize,
    parameters: usize,
}

/// The functions of a file outside its tests, by file and name.
struct Sizes {
    place: String,
    /// The type whose methods are being read.
    owner: Option<String>,
    found: BTreeMap<String, Size>,
}

impl Sizes {
    fn of(file: &File) -> BTreeMap<String, Size> {
        let mut sizes = Self { place: file.place(), owner: None, found: BTreeMap::new() };
        sizes.visit_file(&file.parsed());
        sizes.found
    }

    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let lines = block.span().end().line - signature.fn_token.span().start().line + 1;
        let parameters = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_))).count();
        let owner = self.owner.as_ref().map_or(String::new(), |owner| format!("{owner}::"));
        // Where two have one name, such as two traits' `from`, the bigger counts.
        let size = self.found.entry(format!("{}: {owner}{}", self.place, signature.ident)).or_default();
        *size = Size { lines: lines.max(size.lines), parameters: parameters.max(size.parameters) };
    }

    fn owned_by(&mut self, owner: Option<String>, inside: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.owner, owner);
        inside(self);
        self.owner = before;
    }
}

impl<'ast> Visit<'ast> for Sizes {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !only_in_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let owner = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        if !only_in_tests(&item.attrs) {
            self.owned_by(owner, |sizes| visit::visit_item_impl(sizes, item));
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.owned_by(Some(item.ident.to_string()), |sizes| visit::visit_item_trait(sizes, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !only_in_tests(&item.attrs) {
            self.add(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !only_in_tests(&item.attrs) {
            self.add(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// What is over a limit.
fn faults(measured: &BTreeMap<String, usize>, limit: usize) -> Vec<String> {
    let over = measured.iter().filter(|(_, size)| **size > limit);
    over.map(|(name, size)| format!("{name}: {size}, over {limit}")).collect()
}

fn measured(size: impl Fn(&Size) -> usize) -> BTreeMap<String, usize> {
    sources().iter().flat_map(Sizes::of).map(|(name, found)| (name, size(&found))).collect()
}

#[test]
fn no_function_has_more_than_60_lines() {
    let faults = faults(&measured(|size| size.lines), LINES);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_function_takes_more_than_six_parameters() {
    let faults = faults(&measured(|size| size.parameters), PARAMETERS);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn functions_are_measured_from_fn_to_the_closing_brace_and_without_self() {
    let text = "
/// Of no length.
fn short() {}
impl<T> Kind<T> {
    #[inline]
    pub fn method(
        &self,
        a: u8,
        (b, c): (u8, u8),
    ) {
        fn inner(a: u8) {
        }
    }
}
trait Gate {
    fn needs(&self);
    fn judge(&self, a: u8) {
    }
}
#[cfg(test)]
mod tests { fn f() {} }
";
    let found = Sizes::of(&File::made_up("git/x.rs", text));
    let expected = [("Gate::judge", 2, 1), ("Kind::inner", 2, 1), ("Kind::method", 8, 2), ("short", 1, 0)];
    let expected = expected.map(|(name, lines, parameters)| (format!("git/x.rs: {name}"), Size { lines, parameters }));
    assert_eq!(found, BTreeMap::from(expected));

    let measured = BTreeMap::from([("a".to_owned(), 61), ("b".to_owned(), 60)]);
    assert_eq!(faults(&measured, 60), ["a: 61, over 60"]);
    assert_eq!(faults(&measured, 61), [""; 0]);
}
