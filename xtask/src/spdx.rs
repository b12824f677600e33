//! Just enough of SPDX licence expressions to ask whether one can be satisfied.

/// Whether some choice among the alternatives of `expression` uses only licences that `allowed` accepts.
///
/// The old `MIT/Apache-2.0` means OR. What cannot be read is not satisfied.
pub(crate) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    let result = reader.alternatives();
    result == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Option<bool> {
        let mut result = self.all_of()?;
        while self.take("OR") {
            result |= self.all_of()?;
        }
        Some(result)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Some(result)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let result = self.alternatives()?;
            return self.take(")").then_some(result);
        }
        let (name, rest) = self.words.split_first()?;
        self.words = rest;
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            return Some((self.allowed)(&format!("{name} WITH {exception}")));
        }
        Some((self.allowed)(name))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    fn ok(expression: &str) -> bool {
        satisfied(expression, &|name| {
            ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&name)
        })
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(ok("GPL-3.0 OR MIT"));
        assert!(ok("MIT/GPL-3.0"));
        assert!(!ok("GPL-3.0 OR LGPL-2.1"));
    }

    #[test]
    fn every_part_of_a_conjunction_counts() {
        assert!(ok("(MIT OR GPL-3.0) AND ISC"));
        assert!(!ok("MIT AND OpenSSL"));
        assert!(!ok("(MIT OR Apache-2.0) AND (GPL-3.0 OR AGPL-3.0)"));
    }

    #[test]
    fn an_exception_is_part_of_the_name() {
        assert!(ok("Apache-2.0 WITH LLVM-exception OR GPL-3.0"));
        assert!(!ok("GPL-3.0 WITH GCC-exception-3.1"));
    }

    #[test]
    fn what_cannot_be_read_is_not_satisfied() {
        assert!(!ok(""));
        assert!(!ok("MIT OR"));
        assert!(!ok("(MIT"));
        assert!(!ok("MIT ISC"));
    }
}
