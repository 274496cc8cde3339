//! The rules of the house, checked on the project's own text: rings, banned calls, sizes, documentation.
//!
//! The rings and invariants (`I1` to `I10`) are described in `ARCHITECTURE.md`.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic, and nobody imports it"
)]

mod guard;

use guard::functions::{documentation, functions};
use guard::lexer::{code, line_of, without_tests, words};
use guard::tree::{File, files, none, read};
use std::collections::{BTreeMap, BTreeSet};

/// The ring of every module of the core. Imports go downward or stay within a ring.
const RINGS: [(&str, u8); 31] = [
    ("num", 0),
    ("unit", 0),
    ("money", 0),
    ("time", 0),
    ("id", 0),
    ("finding", 0),
    ("run", 0),
    ("names", 0),
    ("text_rows", 0),
    ("item", 1),
    ("bom", 1),
    ("routing", 1),
    ("calendar", 1),
    ("partner", 1),
    ("inventory", 2),
    ("order", 2),
    ("document", 2),
    ("changeset", 2),
    ("cost", 2),
    ("snapshot", 2),
    ("availability", 3),
    ("sets", 3),
    ("component_list", 3),
    ("picking", 3),
    ("planning", 4),
    ("execution", 4),
    ("costing", 4),
    ("load", 5),
    ("repository", 5),
    ("reporting", 5),
    ("api", 5),
];

/// The only direct dependencies of the core, each with its reasons in `docs/adr` (`I2`).
const DEPENDENCIES: [&str; 10] = [
    "jiff",
    "num-bigint",
    "petgraph",
    "rust_decimal",
    "schemars",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "thiserror",
    "unicode-normalization",
];

/// Files that may hold more code lines, with the number they may not pass. Only ever shortened.
const LONG_FILES: [(&str, usize); 0] = [];

/// Functions that may be longer, with the number of lines they may not pass. Only ever shortened.
const LONG_FUNCTIONS: [(&str, &str, usize); 1] = [("stores/files/tests/round_trip.rs", "everything", 87)];

const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 70;

fn ring(module: &str) -> Option<u8> {
    RINGS.iter().find(|entry| entry.0 == module).map(|entry| entry.1)
}

/// The files of the core that are not tests, with their code only.
fn core_code() -> Vec<(File, String)> {
    let files = files("core/src", &[".rs"]).into_iter().filter(|file| !file.is_test());
    files.map(|file| (without_tests(&code(&file.text)), file)).map(|(code, file)| (file, code)).collect()
}

/// Every Rust file of the project.
fn rust_files() -> Vec<File> {
    files("", &[".rs"])
}

/// The module of a path such as `core/src/planning/mrp/run.rs`.
fn module(path: &str) -> &str {
    let part = path.trim_start_matches("core/src/").split('/').next().unwrap();
    part.trim_end_matches(".rs")
}

/// Modules of the crate that a text imports or names: `crate::x`, `crate::{x, y::z}`.
fn imported(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in words(code, "crate::").collect::<Vec<_>>() {
        let rest = &code[at + "crate::".len()..];
        let line = line_of(code, at);
        let name = |text: &str| -> String {
            text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
        };
        if !rest.starts_with('{') {
            found.push((line, name(rest)));
            continue;
        }
        let (mut depth, mut start) = (0, 1);
        for (i, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if (c == ',' && depth == 1) || depth == 0 {
                found.push((line, name(&rest[start..i])));
                start = i + 1;
            }
            if depth == 0 {
                break;
            }
        }
    }
    found.retain(|(_, name)| !name.is_empty());
    found
}

/// Every place in the core's code where one of the words stands, except in the allowed files.
fn banned(list: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, code) in core_code().iter().filter(|(file, _)| !allowed.contains(&file.path.as_str())) {
        for word in list {
            for at in words(code, word) {
                faults.push(format!("{}:{}: {word}", file.path, line_of(code, at)));
            }
        }
    }
    faults
}

#[test]
fn imports_go_downward() {
    let mut faults = Vec::new();
    for (file, code) in core_code() {
        let from = module(&file.path);
        if from == "lib" {
            continue;
        }
        let own =
            ring(from).unwrap_or_else(|| panic!("{from} has no ring: add it here and to ARCHITECTURE.md"));
        for (line, to) in imported(&code) {
            let target = ring(&to).unwrap_or_else(|| panic!("{}:{line}: crate::{to} has no ring", file.path));
            let sibling = own == 4 && target == 4 && to != from;
            if target > own || sibling {
                faults.push(format!("{}:{line}: ring {own} imports {to} of ring {target}", file.path));
            }
        }
    }
    none(faults);
}

#[test]
fn i01_no_clock_file_environment_network_or_random_source() {
    let words = [
        "std::time",
        "std::env",
        "std::fs",
        "std::net",
        "std::process",
        "std::io",
        "Instant",
        "SystemTime",
        "rand",
        "thread_rng",
        "getrandom",
    ];
    none(banned(&words, &[]));
}

#[test]
fn i01_threads_only_in_the_run() {
    none(banned(&["thread", "spawn"], &["core/src/planning/mrp/run.rs"]));
}

#[test]
fn i01_no_floats() {
    // `read.rs` lists the methods of serde's deserializer by their names, `f64` among them.
    none(banned(&["f32", "f64"], &["core/src/api/read.rs"]));
}

/// Names of fields and variables that hold a hash map or set.
fn hash_names(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for kind in ["HashMap", "HashSet"] {
        for at in words(code, kind) {
            let before = code[..at].trim_end_matches("std::collections::").trim_end();
            let before = before.trim_end_matches("mut").trim_end().trim_end_matches('&').trim_end();
            let Some(before) = before.strip_suffix([':', '=']).map(str::trim_end) else { continue };
            let tail = before.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_');
            names.insert(tail.collect::<Vec<char>>().into_iter().rev().collect());
        }
    }
    names.remove("");
    names
}

#[test]
fn i06_no_iteration_over_hash_maps() {
    // Maps that reach output are ordered; hash maps are only looked up in. Names hold for the file's folder.
    let calls = [
        "iter",
        "iter_mut",
        "keys",
        "values",
        "values_mut",
        "into_iter",
        "into_keys",
        "into_values",
        "drain",
        "retain",
    ];
    let mut faults = Vec::new();
    let sources = core_code();
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let folder = |path: &str| path.rfind('/').map_or(0, |i| i);
    for (file, code) in &sources {
        names.entry(&file.path[..folder(&file.path)]).or_default().extend(hash_names(code));
    }
    for (file, code) in &sources {
        for name in &names[&file.path[..folder(&file.path)]] {
            for at in words(code, name) {
                let after = code[at + name.len()..].trim_start();
                let called = after.strip_prefix('.').map(str::trim_start).unwrap_or_default();
                let iterated =
                    calls.iter().any(|call| called.strip_prefix(call).is_some_and(|r| r.starts_with('(')));
                let before = code[..at].trim_end_matches("self.").trim_end();
                let before = before.trim_end_matches("mut").trim_end().trim_end_matches('&').trim_end();
                let looped = before.ends_with(" in") && after.starts_with('{');
                if iterated || looped {
                    faults.push(format!("{}:{}: iterates over {name}", file.path, line_of(code, at)));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn i02_the_core_depends_on_nothing_else() {
    let manifest = read("core/Cargo.toml").unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names =
        section.lines().filter_map(|line| line.split(['.', '=', ' ']).next()).filter(|name| !name.is_empty());
    let names: BTreeSet<&str> = names.collect();
    assert_eq!(names, BTreeSet::from(DEPENDENCIES));
    let records: String = files("docs/adr", &[".md"]).into_iter().map(|file| file.text).collect();
    none(
        names
            .iter()
            .filter(|name| !records.contains(**name))
            .map(|name| format!("{name}: no decision record"))
            .collect(),
    );
}

#[test]
fn petgraph_stays_in_bom_and_its_recursive_functions_stay_out() {
    let mut faults: Vec<String> = banned(&["petgraph"], &["core/src/bom/graph.rs"]);
    for file in rust_files().iter().filter(|file| file.path != "core/tests/architecture.rs") {
        let code = code(&file.text);
        for word in ["tarjan_scc", "is_cyclic_directed"] {
            faults
                .extend(words(&code, word).map(|at| format!("{}:{}: {word}", file.path, line_of(&code, at))));
        }
    }
    none(faults);
}

#[test]
fn i05_no_traits_and_no_generic_public_types() {
    let mut faults = Vec::new();
    // The documents of the face may be generic; domain types may not.
    for (file, code) in core_code().iter().filter(|(file, _)| module(&file.path) != "api") {
        // A trait appears only at the storage edge.
        for at in words(code, "pub trait").filter(|_| module(&file.path) != "repository") {
            faults.push(format!("{}:{}: a public trait", file.path, line_of(code, at)));
        }
        for kind in ["pub struct ", "pub enum "] {
            for (at, _) in code.match_indices(kind) {
                let head = code[at + kind.len()..].split(['{', '(', ';']).next().unwrap();
                let Some((_, generics)) = head.split_once('<') else { continue };
                if generics.split(',').any(|part| !part.trim().starts_with('\'')) {
                    faults.push(format!("{}:{}: a generic public type", file.path, line_of(code, at)));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn i07_no_function_calls_itself() {
    // A chain of a million items is long, never deep: loops keep their own stack.
    let mut faults = Vec::new();
    for (file, code) in core_code() {
        for function in functions(&code) {
            let name = &function.name;
            let method = function.signature.contains("self");
            let mut calls = vec![format!("Self::{name}(")];
            if method {
                calls.push(format!("self.{name}("));
            } else if function.free {
                calls.push(format!("{name}("));
            }
            for call in &calls {
                for at in words(&function.body, call) {
                    let before = function.body[..at].trim_end();
                    if !before.ends_with(['.', ':']) && !before.ends_with("fn") {
                        faults.push(format!("{}:{}: {name} calls itself", file.path, function.line));
                    }
                }
            }
        }
    }
    none(faults);
}

#[test]
fn sizes_of_files_and_functions() {
    let mut faults = Vec::new();
    for file in rust_files() {
        let code = code(&file.text);
        let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
        let limit = LONG_FILES.iter().find(|entry| entry.0 == file.path).map_or(FILE_LINES, |entry| entry.1);
        if lines > limit {
            faults.push(format!("{}: {lines} code lines, at most {limit}", file.path));
        }
        for f in functions(&code) {
            let exception = LONG_FUNCTIONS.iter().find(|entry| (entry.0, entry.1) == (&file.path, &f.name));
            let limit = exception.map_or(FUNCTION_LINES, |entry| entry.2);
            if f.lines > limit {
                faults.push(format!(
                    "{}:{}: {} has {} lines, at most {limit}",
                    file.path, f.line, f.name, f.lines
                ));
            }
        }
    }
    none(faults);
}

#[test]
fn nothing_is_left_open() {
    let mut faults = Vec::new();
    for file in rust_files() {
        let code = code(&file.text);
        for word in ["todo!", "unimplemented!", "dbg!"] {
            faults
                .extend(words(&code, word).map(|at| format!("{}:{}: {word}", file.path, line_of(&code, at))));
        }
        for (at, _) in code.match_indices("#[ignore") {
            let reason = code[at + "#[ignore".len()..].trim_start().starts_with('=');
            if !reason {
                faults.push(format!("{}:{}: ignored without a reason", file.path, line_of(&code, at)));
            }
        }
    }
    none(faults);
}

/// Texts in backticks that look like codes.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).map(|part| part.split(' ').next().unwrap_or_default()).filter(|part| {
        part.len() > 5 && part.contains('_') && part.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

/// Every code of a finding and of a reason.
fn catalogue() -> BTreeSet<&'static str> {
    use headstock::finding::{Code, Why};
    Code::all().map(Code::as_str).chain(Why::all().map(Why::as_str)).collect()
}

#[test]
fn i10_whatever_can_fail_names_its_codes() {
    let catalogue = catalogue();
    let mut faults = Vec::new();
    for (file, code) in core_code() {
        for f in functions(&code).iter().filter(|f| f.public) {
            let result =
                f.signature.rsplit_once("->").map(|(_, result)| result.trim_start()).unwrap_or_default();
            if !result.starts_with("Result<") {
                continue;
            }
            let docs = documentation(&file.text, f.line);
            let errors = docs.split("# Errors").nth(1).unwrap_or_default();
            let codes = errors.split('`').any(|part| catalogue.contains(part.split(' ').next().unwrap()));
            let named = codes || errors.contains("[`") || errors.contains("Those of");
            if !named {
                faults.push(format!("{}:{}: {} does not name its errors", file.path, f.line, f.name));
            }
        }
    }
    none(faults);
}

#[test]
fn i10_codes_in_texts_are_in_the_catalogue() {
    let catalogue = catalogue();
    let mut faults = Vec::new();
    let texts = core_code().into_iter().map(|(file, _)| file).chain(files("docs", &[".md"]));
    for file in texts {
        let docs: String = match file.path.ends_with(".rs") {
            true => file
                .text
                .lines()
                .filter(|l| l.trim_start().starts_with("//"))
                .map(|l| format!("{l}\n"))
                .collect(),
            false => file.text.split("```").step_by(2).collect(),
        };
        for code in
            codes_in(&docs).filter(|code| !catalogue.contains(code) && !code.starts_with("HEADSTOCK_"))
        {
            if !docs.contains(&format!("const {code}")) && !code_of_source(code) {
                faults.push(format!("{}: `{code}` is no code of the catalogue", file.path));
            }
        }
    }
    none(faults);
}

/// Whether the text is a constant of the core, such as a limit.
fn code_of_source(name: &str) -> bool {
    core_code().iter().any(|(_, code)| words(code, name).next().is_some())
}

#[test]
fn i10_every_code_has_both_languages() {
    use headstock::finding::{Code, Lang};
    for code in Code::all() {
        let (en, zh) = (code.message(Lang::En), code.message(Lang::Zh));
        assert!(!en.is_empty() && !zh.is_empty(), "{}", code.as_str());
        assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{}: {zh}", code.as_str());
    }
}

#[test]
fn every_module_is_described() {
    let described = read("ARCHITECTURE.md").unwrap();
    let lib = code(&read("core/src/lib.rs").unwrap());
    let modules = lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    let modules = modules.filter(|module| module.ends_with(';'));
    none(
        modules
            .map(|module| module.trim_end_matches(';'))
            .filter(|module| !described.contains(&format!("`{module}`")))
            .map(|module| format!("ARCHITECTURE.md does not name `{module}`"))
            .collect(),
    );
}

#[test]
fn no_machine_paths_and_no_registry_hosts() {
    let endings = [".rs", ".md", ".toml", ".json", ".csv", ".sh", ".yml", ".yaml", ".lock", "run", "check"];
    let words = [
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
        concat!("C:", "\\"),
        concat!("index.cra", "tes.io"),
        concat!("pypi", ".org"),
        concat!("registry.npm", "js.org"),
        concat!("repo", ".maven"),
        concat!("se", "ed-"),
    ];
    let mut faults = Vec::new();
    for file in files("", &endings) {
        for word in words {
            faults.extend(
                file.text
                    .match_indices(word)
                    .map(|(at, _)| format!("{}:{}: {word}", file.path, line_of(&file.text, at))),
            );
        }
    }
    none(faults);
}

#[test]
fn one_test_command_everywhere() {
    let mut faults = Vec::new();
    for path in ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", ".ci/run"] {
        match read(path) {
            Some(text) if text.lines().any(|line| line.trim() == "./check") => {}
            Some(_) => faults.push(format!("{path}: no line that is just ./check")),
            None => faults.push(format!("{path} is missing")),
        }
    }
    none(faults);
}

/// Pages that are being written; a link to them may lead nowhere until they are there.
const PENDING: [&str; 1] = ["docs/benchmarks.md"];

#[test]
fn links_between_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for file in files("", &[".md"]) {
        let folder = file.path.rfind('/').map_or("", |i| &file.path[..i]);
        for link in file.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") || PENDING.contains(&target) {
                continue;
            }
            if !guard::tree::root().join(folder).join(target).exists() {
                faults.push(format!("{}: {link} leads nowhere", file.path));
            }
        }
    }
    none(faults);
}

#[test]
fn the_guards_see_what_they_look_for() {
    let text = r##"
        use crate::{api::Call, num::{Ratio, wide}, time};
        use crate::planning::plan; // crate::hidden
        struct S<'a> { by_id: HashMap<Id, u32>, c: char }
        fn f(s: &S<'_>) -> u8 { let x = "fn no() { crate::hidden }"; let q = '"'; for _ in &s.by_id { g() } b'{' }
        pub fn g() -> Result<(), E> { let r = r#"thread " "#; Self::g() }
        #[cfg(test)]
        mod tests { fn gone() { std::fs::read("x") } }
    "##;
    let code = without_tests(&code(text));
    let modules: Vec<String> = imported(&code).into_iter().map(|(_, name)| name).collect();
    assert_eq!(modules, ["api", "num", "time", "planning"]);
    assert_eq!(hash_names(&code).into_iter().collect::<Vec<_>>(), ["by_id"]);
    let found = functions(&code);
    let seen: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.public, f.lines)).collect();
    assert_eq!(seen, [("f", false, 1), ("g", true, 1)]);
    assert_eq!(
        words(&code, "thread").count() + words(&code, "fs").count() + words(&code, "hidden").count(),
        0
    );
}
