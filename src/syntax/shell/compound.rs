//! `if`, `for`, `while`, `case` and functions.

use super::parse::Parser;
use super::word::Ends;
use super::{Kind, List, Word};
use std::ops::Range;

impl Parser<'_> {
    /// Takes the word that ends a compound command.
    pub fn close(&mut self, header: Range<usize>, word: &str) -> bool {
        let closed = self.keyword() == word;
        if closed {
            self.at += word.len();
        } else {
            let opening = &self.script.text[header.clone()];
            self.error(header, format!("this `{opening}` has no `{word}`"));
        }
        closed
    }

    pub fn body(&mut self, header: Range<usize>, start: &str, end: &str) -> List {
        if !self.close(header.clone(), start) {
            return List::default();
        }
        let list = self.list(&["done"]);
        self.close(header, end);
        list
    }

    pub fn branches(&mut self, header: Range<usize>) -> Kind {
        self.at += header.len();
        let (mut branches, mut otherwise) = (Vec::new(), None);
        loop {
            let condition = self.list(&["then"]);
            if !self.close(header.clone(), "then") {
                branches.push((condition, List::default()));
                return Kind::If { branches, otherwise };
            }
            let body = self.list(&["elif", "else", "fi"]);
            branches.push((condition, body));
            match self.keyword() {
                "elif" => self.at += "elif".len(),
                "else" => {
                    self.at += "else".len();
                    otherwise = Some(self.list(&["fi"]));
                    self.close(header, "fi");
                    break;
                }
                _ => {
                    self.close(header, "fi");
                    break;
                }
            }
        }
        Kind::If { branches, otherwise }
    }

    pub fn each(&mut self, header: Range<usize>) -> Kind {
        self.at += header.len();
        self.blanks();
        if self.rest().starts_with("((") {
            self.skip_balanced('(', ')');
            self.terminator();
            let body = self.body(header, "do", "done");
            return Kind::While { condition: List::default(), body };
        }
        let name = self.keyword().to_owned();
        self.at += name.len();
        self.newlines();
        let mut words = None;
        if self.keyword() == "in" {
            self.at += "in".len();
            let mut all = Vec::new();
            loop {
                self.blanks();
                match self.word(Ends::Operators) {
                    Some(word) => all.push(word),
                    None => break,
                }
            }
            words = Some(all);
        }
        self.terminator();
        let body = self.body(header, "do", "done");
        Kind::For { name, words, body }
    }

    /// The `;` or lines before `do`.
    fn terminator(&mut self) {
        self.blanks();
        if self.peek() == Some(';') {
            self.at += 1;
        }
        self.newlines();
    }

    pub fn case(&mut self, header: Range<usize>) -> Kind {
        self.at += header.len();
        self.blanks();
        let nothing = Word { at: self.span(self.at), parts: Vec::new(), quoted: false };
        let subject = self.word(Ends::Operators).unwrap_or(nothing);
        let mut arms = Vec::new();
        self.newlines();
        if !self.close(header.clone(), "in") {
            return Kind::Case { subject, arms };
        }
        loop {
            self.newlines();
            let word = self.keyword();
            let is_pattern = self.rest()[word.len()..].trim_start().starts_with([')', '|']);
            if self.peek().is_none() || (!is_pattern && self.closes(word)) || word == "esac" {
                break;
            }
            if self.peek() == Some('(') {
                self.at += 1;
            }
            let patterns = self.patterns();
            if self.peek() != Some(')') {
                let start = self.at;
                self.line();
                self.error(start..start, "expected `)` after the pattern");
                continue;
            }
            self.at += 1;
            let body = self.list(&[";;", "esac"]);
            arms.push((patterns, body));
            for end in [";;&", ";;", ";&"] {
                if self.rest().starts_with(end) {
                    self.at += end.len();
                    break;
                }
            }
        }
        self.close(header, "esac");
        Kind::Case { subject, arms }
    }

    fn patterns(&mut self) -> Vec<Word> {
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            match self.word(Ends::Operators) {
                Some(word) => patterns.push(word),
                None if self.peek() == Some('|') => self.at += 1,
                None => return patterns,
            }
        }
    }

    pub fn function(&mut self, name: String) -> Kind {
        self.blanks();
        if self.peek() == Some('(') {
            self.at += 1;
            self.blanks();
            if self.peek() == Some(')') {
                self.at += 1;
            }
        }
        self.newlines();
        match self.statement() {
            Some(body) => Kind::Function { name, body: Box::new(body) },
            None => Kind::Group(List::default()),
        }
    }
}
