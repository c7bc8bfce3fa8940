//! Reads a path model from the part of lavaan's notation that path modelling uses: `A =~ x1 + x2`
//! (mode A), `B <~ y1 + y2` (mode B), `B ~ A`. Labels and starting values before an item or
//! construct (`a*x1`) are allowed and mean nothing here; other statements are kept as ignored.

use super::{Block, Mode, PlsError, Specification};

/// Longest model text read: far above any model a person writes.
const TEXT_MAX: usize = 1 << 20;

impl Specification {
    /// Reads and checks a model.
    ///
    /// # Errors
    /// With the line of the first statement that cannot be read, or what makes the model
    /// impossible.
    pub fn parse(text: &str) -> Result<Self, PlsError> {
        let specification = Self::read(text)?;
        specification.check()?;
        Ok(specification)
    }

    /// Reads the measurement lines of a model alone, whether or not paths link them.
    ///
    /// # Errors
    /// With the line of the first statement that cannot be read.
    pub fn measurement(text: &str) -> Result<Vec<Block>, PlsError> {
        let measured = |block: &Block| block.mode == Mode::A;
        Ok(Self::read(text)?.blocks.into_iter().filter(measured).collect())
    }

    fn read(text: &str) -> Result<Self, PlsError> {
        if text.len() > TEXT_MAX {
            let message = format!("the model is longer than {TEXT_MAX} bytes");
            return Err(PlsError::Notation { line: 1, message });
        }
        let mut specification = Self::default();
        let mut regressions = Vec::new();
        for (line, statement) in statements(text) {
            let refuse = |message: String| PlsError::Notation { line, message };
            let Some((left, operator, right)) = split(&statement) else {
                return Err(refuse(format!("no operator (=~, <~ or ~) in {statement:?}")));
            };
            match operator {
                "=~" | "<~" => {
                    let mode = if operator == "=~" { Mode::A } else { Mode::B };
                    let items = terms(right).map_err(refuse)?;
                    for name in terms(left).map_err(refuse)? {
                        add(&mut specification, name, mode, &items);
                    }
                }
                "~" => {
                    let (to, from) = (terms(left).map_err(refuse)?, terms(right).map_err(refuse)?);
                    regressions.push((to, from));
                }
                _ => specification.ignored.push(statement),
            }
        }
        for (to, from) in regressions {
            for to in &to {
                for from in &from {
                    let path = (specification.named(from)?, specification.named(to)?);
                    specification.paths.push(path);
                }
            }
        }
        Ok(specification)
    }

    fn named(&self, name: &str) -> Result<usize, PlsError> {
        let found = self.blocks.iter().position(|block| block.name == name);
        found.ok_or_else(|| {
            let nearest = self
                .blocks
                .iter()
                .map(|block| (strsim::normalized_damerau_levenshtein(&block.name, name), block))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(similarity, _)| *similarity > 0.5)
                .map(|(_, block)| block.name.clone());
            PlsError::UnknownConstruct { name: name.to_owned(), nearest }
        })
    }
}

/// A second line for the same construct and mode continues its block, as in lavaan.
fn add(specification: &mut Specification, name: String, mode: Mode, items: &[String]) {
    let known = specification.blocks.iter_mut().find(|b| b.name == name && b.mode == mode);
    match known {
        Some(block) => block.items.extend_from_slice(items),
        None => specification.blocks.push(Block { name, mode, items: items.to_vec() }),
    }
}

/// Statements without comments, each with the line it begins on. A statement goes on to the next
/// line while it ends in an operator or the next begins with one.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split(['#', '!']).next().unwrap_or_default();
        for part in line.split(';') {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            let open = found.last().is_some_and(|(_, s)| s.ends_with(['+', '~', '*', '=']));
            match found.last_mut() {
                Some((_, statement)) if open || part.starts_with(['+', '*']) => {
                    statement.push_str(part);
                }
                _ => found.push((number + 1, part.to_owned())),
            }
        }
    }
    found
}

fn split(statement: &str) -> Option<(&str, &'static str, &str)> {
    // The longer operators first, since `~` is a part of most.
    ["=~", "<~", "~~", ":=", "==", "~", "<", ">", "|"].into_iter().find_map(|operator| {
        let (left, right) = statement.split_once(operator)?;
        Some((left, operator, right))
    })
}

fn terms(side: &str) -> Result<Vec<String>, String> {
    side.split('+')
        .map(|term| {
            let name = term.rsplit('*').next().unwrap_or_default().trim();
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            if name.is_empty() {
                Err(format!("a name is missing in {:?}", side.trim()))
            } else if !name.chars().all(word) || name.chars().all(|c| c.is_ascii_digit()) {
                Err(format!("{name:?} is not a name"))
            } else {
                Ok(name.to_owned())
            }
        })
        .collect()
}
