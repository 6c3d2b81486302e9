//! What words amount to.

use super::{MOST_ROUNDS, ROOT, Run, State, Variable, pattern};
use crate::source::{self, Span};
use crate::syntax::shell::{self, Join, List, Operation, Part, Word};
use crate::value::{Piece, Sourced, Step, Text};

/// How the hole of an output of Terraform begins.
const OUTPUT: &str = "the output of Terraform ";

impl<'a> Run<'a> {
    /// A word that stays one.
    pub(super) fn word(&mut self, word: &'a Word, state: &mut State<'a>) -> Sourced<Text> {
        let mut value = Text::default();
        let mut via = Vec::new();
        for part in &word.parts {
            let part = self.part(part, word.at, state);
            value.append(part.value);
            via.extend(part.via);
        }
        Sourced { value, at: word.at, via }
    }

    /// A word as the words that it becomes: of an array, or of a value with blanks, several.
    pub(super) fn words(
        &mut self,
        word: &'a Word,
        state: &mut State<'a>,
        words: &mut Vec<Sourced<Text>>,
    ) {
        if let [Part::Variable(variable)] = &word.parts[..] {
            let all = matches!(variable.index.as_deref(), Some("@" | "*"));
            let items = match (variable.name.as_str(), state.variables.get(&variable.name)) {
                ("@" | "*", _) => state.arguments.clone(),
                (_, Some(Variable::Array(items))) if all => Some(items.clone()),
                _ => None,
            };
            if let Some(items) = items.filter(|_| variable.operation.is_none()) {
                words.extend(items.into_iter().map(|item| Sourced { at: word.at, ..item }));
                return;
            }
        }
        let whole = self.word(word, state);
        let splits = |part: &Part| matches!(part, Part::Variable(variable) if !variable.quoted);
        let parts = match word.parts.iter().any(splits) && !word.quoted {
            true => split(&whole.value),
            false => vec![whole.value.clone()],
        };
        // What is empty and not quoted is no word.
        let is_nothing = |text: &Text| text.literal() == Some("") && !word.parts.is_empty();
        let parts = parts.into_iter().filter(|text| word.quoted || !is_nothing(text));
        words.extend(parts.map(|value| Sourced { value, at: whole.at, via: whole.via.clone() }));
    }

    /// The words of a loop or an array, if they are known; files for a path with wildcards.
    pub(super) fn known_words(
        &mut self,
        words: &'a [Word],
        state: &mut State<'a>,
    ) -> Option<Vec<Sourced<Text>>> {
        let mut known = Vec::new();
        for word in words {
            let start = known.len();
            self.words(word, state, &mut known);
            // A word of which nothing is known may be any number of them.
            let open = known[start..].iter().any(|item| item.value.is_unknown());
            if open && !word.quoted && !word.parts.iter().any(is_quoted) {
                return None;
            }
            let [item] = &known[start..] else { continue };
            if word.quoted {
                continue;
            }
            let Some(text) = item.value.literal() else { continue };
            let (at, via) = (item.at, item.via.clone());
            let made: Vec<String> = match braces(text) {
                Some(items) => items,
                None if text.contains(['*', '?']) => self.glob(text, state)?,
                None => continue,
            };
            known.truncate(start);
            known.extend(made.into_iter().map(|text| {
                let value = Text::from(text.as_str());
                Sourced { value, at, via: via.clone() }
            }));
        }
        (known.len() <= MOST_ROUNDS).then_some(known)
    }

    /// The files of the project that fit a path with wildcards, as the script sees them.
    fn glob(&self, path: &str, state: &State<'a>) -> Option<Vec<String>> {
        let [folder] = &state.folders[..] else { return None };
        let fixed = path.find(['*', '?']).map_or(path, |i| &path[..i]);
        let fixed = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
        let base = folder.resolve(&Text::from(fixed))?;
        let rest = path[fixed.len()..].trim_start_matches('/');
        let inside = |file: &'a str| file.strip_prefix(base.as_str())?.strip_prefix('/');
        let files = self.files.under(&base);
        let files =
            files.filter_map(|file| if base.is_empty() { Some(file) } else { inside(file) });
        let found = pattern::matching(rest, files);
        let join =
            |file: &str| if fixed.is_empty() { file.to_owned() } else { format!("{fixed}/{file}") };
        let found: Vec<String> = found.into_iter().map(join).collect();
        (!found.is_empty()).then_some(found)
    }

    fn part(&mut self, part: &'a Part, word: Span, state: &mut State<'a>) -> Sourced<Text> {
        let at = part.at(word);
        let made = |value| Sourced { value, at, via: Vec::new() };
        match part {
            Part::Literal(text) => made(Text::from(text.as_str())),
            Part::Variable(variable) => self.variable(variable, state),
            Part::Command(list, at) => {
                let value = self.substitution(list, *at, state);
                Sourced { value, at: *at, via: Vec::new() }
            }
            // An expression is the same wherever it is the same.
            Part::Expression(name, _) => made(Text::hole(name.as_str())),
            Part::Unknown(at) => made(unknown(*at)),
            Part::Array(_) => made(unknown(at)),
        }
    }

    fn variable(&mut self, variable: &'a shell::Variable, state: &mut State<'a>) -> Sourced<Text> {
        let at = variable.at;
        let hole = |name: &str| Sourced { value: Text::hole(name), at, via: Vec::new() };
        let index = variable.index.as_deref();
        let set: Option<Sourced<Text>> = match state.variables.get(&variable.name) {
            Some(Variable::Text(text)) if matches!(index, None | Some("0")) => Some(text.clone()),
            Some(Variable::Array(items)) => match index {
                None => items.first().cloned(),
                Some(index) => match index.parse::<usize>().ok().and_then(|i| items.get(i)) {
                    Some(item) => Some(item.clone()),
                    None => return Sourced { value: unknown(at), at, via: Vec::new() },
                },
            },
            Some(_) => return Sourced { value: unknown(at), at, via: Vec::new() },
            None => self.special(&variable.name, at, state),
        };
        let Some(operation) = variable.operation.as_deref() else {
            return match set {
                Some(set) => Sourced { at, ..set },
                None => hole(&variable.name),
            };
        };
        self.operate(variable, operation, set, state)
    }

    /// Arguments and other names with a meaning of their own.
    fn special(&self, name: &str, at: Span, state: &State<'a>) -> Option<Sourced<Text>> {
        let value = match (name, &state.arguments) {
            ("0" | "BASH_SOURCE", _) => {
                let path = self.path?;
                let mut text = Text::hole(ROOT);
                text.push_str("/");
                text.push_str(path);
                text
            }
            ("PWD", _) => match &state.folders[..] {
                [folder] => folder.text(),
                _ => return None,
            },
            ("#", Some(arguments)) => Text::from(arguments.len().to_string().as_str()),
            (name, Some(arguments)) => {
                let place = name.parse::<usize>().ok()?.checked_sub(1)?;
                match arguments.get(place) {
                    Some(argument) => return Some(argument.clone()),
                    None => Text::default(),
                }
            }
            _ => return None,
        };
        Some(Sourced { value, at, via: Vec::new() })
    }

    /// `${NAME:-default}` and the like.
    fn operate(
        &mut self,
        variable: &'a shell::Variable,
        operation: &'a Operation,
        set: Option<Sourced<Text>>,
        state: &mut State<'a>,
    ) -> Sourced<Text> {
        let at = variable.at;
        let unknown = || Sourced { value: unknown(at), at, via: Vec::new() };
        let empty = set.as_ref().map_or(Some(true), |set| match operation.or_empty {
            true => set.value.is_empty(),
            false => Some(false),
        });
        match (operation.operator, empty, set) {
            ("-" | "=" | "?", Some(false), Some(set)) => Sourced { at, ..set },
            ("-" | "=", Some(true), set) => {
                let mut value = self.word(&operation.word, state);
                // The environment may set what the script does not.
                if set.is_none() {
                    let told = format!("the default of `{}`, unless it is set", variable.name);
                    value.via.insert(0, Step::default(at, told));
                }
                if operation.operator == "=" {
                    let value = Variable::Text(value.clone());
                    state.variables.insert(variable.name.clone(), value);
                }
                Sourced { at, ..value }
            }
            ("?", _, None) => Sourced { value: Text::hole(&*variable.name), at, via: Vec::new() },
            ("+", Some(false), Some(_)) => self.word(&operation.word, state),
            ("#" | "##" | "%" | "%%" | "/" | "//", _, Some(set)) => {
                let pattern = self.word(&operation.word, state).value;
                let replacement = match &operation.replacement {
                    Some(word) => self.word(word, state).value,
                    None => Text::default(),
                };
                let made = change(&set.value, operation.operator, &pattern, &replacement);
                made.map_or_else(unknown, |value| Sourced { value, at, via: set.via })
            }
            (",," | "^^", _, Some(set)) => match set.value.literal() {
                Some(text) if operation.operator == ",," => {
                    Sourced { value: text.to_lowercase().as_str().into(), at, via: set.via }
                }
                Some(text) => {
                    Sourced { value: text.to_uppercase().as_str().into(), at, via: set.via }
                }
                None => unknown(),
            },
            _ => unknown(),
        }
    }

    /// `$(...)`: what it runs is run, and what some programs print is known.
    fn substitution(&mut self, list: &'a List, at: Span, state: &State<'a>) -> Text {
        let mut inner = state.clone();
        let before = self.ran.len();
        self.captures += 1;
        // What stands behind `||` prints only where the command before fails.
        let end = match list.items.split_first() {
            Some((first, rest)) if rest.iter().all(|item| item.join == Join::Or) => {
                self.item(first, &mut inner);
                let end = self.ran.len();
                for item in rest {
                    self.perhaps(&mut inner, |run, state| {
                        run.item(item, state);
                    });
                }
                end
            }
            _ => {
                self.list(list, &mut inner);
                self.ran.len()
            }
        };
        self.captures -= 1;
        let ran = self.ran.get(before..end).unwrap_or_default();
        let single = list.items.iter().all(|item| item.pipeline.len() == 1);
        let Some(last) = ran.last().filter(|_| single) else { return unknown(at) };
        let words: Vec<Text> = last.words.iter().map(|word| word.value.clone()).collect();
        let literals: Vec<&str> =
            words.iter().map(|word| word.literal().unwrap_or("\u{0}")).collect();
        let changes = ran.len() > 1;
        let made = match (&literals[..], &words[..]) {
            (["pwd", ..], _) => match &last.folders[..] {
                [folder] => Some(folder.text()),
                _ => None,
            },
            (["terraform" | "tofu", ..], _) => output_of(&literals).map(output_hole),
            _ if changes => None,
            (["git", "rev-parse", "--show-toplevel"], _) => Some(Text::hole(ROOT)),
            (["dirname", ..], [_, path]) => parent(path),
            (["basename", ..], [_, path]) => base_name(path),
            (["realpath" | "readlink", ..], [.., path]) => Some(path.clone()),
            (["echo", ..], [_, text]) => Some(text.clone()),
            // The same wherever it is asked.
            (["git", "rev-parse" | "describe" | "log", ..], _) if !literals.contains(&"\u{0}") => {
                Some(Text::hole(format!("$({})", literals.join(" "))))
            }
            (["uname", ..] | ["arch"], _) => None,
            _ => None,
        };
        made.unwrap_or_else(|| unknown(at))
    }
}

/// What stands for an output of Terraform, which is the same wherever it is asked for.
fn output_hole(name: &str) -> Text {
    Text::hole(format!("{OUTPUT}{name}"))
}

/// The output that a hole stands for.
pub fn output_name(hole: &str) -> Option<&str> {
    hole.strip_prefix(OUTPUT)
}

/// The name that `terraform output -raw NAME` asks for.
fn output_of<'w>(words: &[&'w str]) -> Option<&'w str> {
    let mut words = words.iter().skip(1).filter(|word| !word.starts_with("-chdir="));
    if words.next() != Some(&"output") {
        return None;
    }
    let (flags, plain): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with('-'));
    match (&flags[..], &plain[..]) {
        (["-raw"], [name]) if !name.contains('\0') => Some(name),
        _ => None,
    }
}

/// The words that a loop may go over, as far as arrays may hold them.
pub(super) fn possible_words(words: &[Word], state: &State<'_>) -> Vec<Sourced<Text>> {
    let [Word { parts, at, .. }] = words else { return Vec::new() };
    let [Part::Variable(variable)] = &parts[..] else { return Vec::new() };
    let all = matches!(variable.index.as_deref(), Some("@" | "*")) && variable.operation.is_none();
    match state.variables.get(&variable.name) {
        Some(Variable::Perhaps(items)) if all => {
            items.iter().cloned().map(|item| Sourced { at: *at, ..item }).collect()
        }
        _ => Vec::new(),
    }
}

/// What stands for a value that is not known, wherever it is used.
fn unknown(at: Span) -> Text {
    Text::hole(format!("$({})", at.start))
}

fn is_quoted(part: &Part) -> bool {
    matches!(part, Part::Variable(variable) if variable.quoted)
}

/// Cuts a text at blanks. Where parts are not known it stays one word.
fn split(text: &Text) -> Vec<Text> {
    match text.literal() {
        Some(text) => text.split_whitespace().map(Text::from).collect(),
        None => vec![text.clone()],
    }
}

/// The folder of a path.
fn parent(path: &Text) -> Option<Text> {
    if let Some(path) = path.literal() {
        let folder = source::folder(path.trim_end_matches('/'));
        return Some(Text::from(if folder.is_empty() { "." } else { folder }));
    }
    let (last, before) = path.pieces().split_last()?;
    let Piece::Literal(last) = last else { return None };
    let (folder, _) = last.rsplit_once('/')?;
    let mut text = Text::default();
    before.iter().for_each(|piece| text.push(piece.clone()));
    text.push_str(folder);
    Some(text)
}

fn base_name(path: &Text) -> Option<Text> {
    match path.pieces().last()? {
        Piece::Literal(last) if path.literal().is_some() || last.contains('/') => {
            Some(Text::from(source::name(last.trim_end_matches('/'))))
        }
        _ => None,
    }
}

/// What is left of a text of which a prefix or suffix is cut off, or a part replaced; nothing
/// for patterns with wildcards other than a star at the far end.
fn change(text: &Text, operator: &str, pattern: &Text, replacement: &Text) -> Option<Text> {
    let (pattern, replacement) = (pattern.literal()?, replacement.literal()?);
    let literal = text.literal()?;
    let plain = |pattern: &str| !pattern.contains(['*', '?', '[']);
    let made = match operator {
        "#" | "##" => match pattern.strip_prefix('*') {
            _ if plain(pattern) => literal.strip_prefix(pattern).unwrap_or(literal).to_owned(),
            Some(rest) if plain(rest) && !rest.is_empty() => {
                let place = if operator == "#" { literal.find(rest) } else { literal.rfind(rest) };
                place.map_or(literal, |i| &literal[i + rest.len()..]).to_owned()
            }
            _ => return None,
        },
        "%" | "%%" => match pattern.strip_suffix('*') {
            _ if plain(pattern) => literal.strip_suffix(pattern).unwrap_or(literal).to_owned(),
            Some(rest) if plain(rest) && !rest.is_empty() => {
                let place = if operator == "%" { literal.rfind(rest) } else { literal.find(rest) };
                place.map_or(literal, |i| &literal[..i]).to_owned()
            }
            _ => return None,
        },
        "/" if plain(pattern) && !pattern.is_empty() => literal.replacen(pattern, replacement, 1),
        "//" if plain(pattern) && !pattern.is_empty() => literal.replace(pattern, replacement),
        _ => return None,
    };
    Some(Text::from(made.as_str()))
}

/// `{a,b}` and what stands around it.
fn braces(text: &str) -> Option<Vec<String>> {
    let (before, rest) = text.split_once('{')?;
    let (inner, after) = rest.split_once('}')?;
    if inner.contains('{') || after.contains('{') || !inner.contains(',') {
        return None;
    }
    Some(inner.split(',').map(|item| format!("{before}{item}{after}")).collect())
}
