//! What moves a ref: only commits of approved plans, through the few functions of `git/` that the rest of the house sees.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::sources::{File, only_in_tests, sources};

/// git's commands that move a branch: of a remote, of this clone, or with its work tree.
const MOVING: [&str; 3] = ["push", "update-ref", "merge"];

/// The functions that others may see of those by which a ref moves: landing, following what has landed (at once, or by the
/// next run), fetching, also into what stands in for a clone, which
/// writes what the remote has and nothing else, the end of a request's branch, what is appended to the branches of records (a server's own
/// receipts, statements and marks), and the tag of a release baseline, which changes nothing that runs.
const SEEN: [&str; 11] = [
    "add_marks",
    "add_receipts",
    "add_statements",
    "catch_up",
    "fetch",
    "follow",
    "land",
    "push_baseline",
    "unmake_baseline",
    "up_to_date",
    "withdraw",
];

/// The functions of a file: what each says, calls, and whether others see it.
#[derive(Default)]
struct Functions {
    all: BTreeMap<String, Function>,
    now: Option<String>,
}

#[derive(Default)]
struct Function {
    is_seen: bool,
    words: BTreeSet<String>,
    calls: BTreeSet<String>,
}

impl Functions {
    fn begin(&mut self, name: &syn::Ident, vis: &syn::Visibility) {
        let function = self.all.entry(name.to_string()).or_default();
        function.is_seen |= matches!(vis, syn::Visibility::Public(_));
        self.now = Some(name.to_string());
    }

    fn here(&mut self) -> Option<&mut Function> {
        self.all.get_mut(self.now.as_ref()?)
    }
}

impl<'s> Visit<'s> for Functions {
    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        if !only_in_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'s syn::ItemFn) {
        self.begin(&item.sig.ident, &item.vis);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'s syn::ImplItemFn) {
        self.begin(&item.sig.ident, &item.vis);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_lit_str(&mut self, text: &'s syn::LitStr) {
        let word = text.value();
        if let Some(function) = self.here() {
            function.words.insert(word);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'s syn::ExprMethodCall) {
        // A list has a `push` as well: only what is called on the clone itself counts.
        let is_own = matches!(&*call.receiver, syn::Expr::Path(path) if path.path.is_ident("self"));
        if let (true, Some(function)) = (is_own, self.here()) {
            function.calls.insert(call.method.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'s syn::ExprCall) {
        if let syn::Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            let name = last.ident.to_string();
            if let Some(function) = self.here() {
                function.calls.insert(name);
            }
        }
        visit::visit_expr_call(self, call);
    }
}

/// The functions that others see and by which, in however many steps, a branch is moved.
fn moving(files: &[File]) -> BTreeSet<String> {
    let mut functions = Functions::default();
    for file in files.iter().filter(|file| file.room == "git") {
        functions.visit_file(&file.parsed());
    }
    let all = functions.all;
    let mut found: BTreeSet<&String> =
        all.iter().filter(|(_, f)| MOVING.iter().any(|word| f.words.contains(*word))).map(|(name, _)| name).collect();
    loop {
        let more =
            all.iter().filter(|(name, f)| !found.contains(name) && f.calls.iter().any(|call| found.contains(call)));
        let more: Vec<&String> = more.map(|(name, _)| name).collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found.into_iter().filter(|name| all[*name].is_seen).cloned().collect()
}

#[test]
fn only_landing_following_and_fetching_move_a_ref() {
    assert_eq!(moving(&sources()), SEEN.map(str::to_owned).into());
}

#[test]
fn a_function_that_moves_a_branch_by_others_is_found() {
    let file = |text: &str| vec![File::made_up("git/x.rs", text)];
    let text = "fn a() { git([\"push\", \"x\"]) } fn b() { a() } impl R { pub fn c(&self) { b() } pub fn d(&self) {} }";
    assert_eq!(moving(&file(text)), ["c".to_owned()].into());
    assert!(moving(&file("#[cfg(test)] mod tests { pub fn c() { git([\"push\"]) } }")).is_empty());
}
