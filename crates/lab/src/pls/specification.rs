//! What a path model says: blocks of items with a mode, and paths between blocks. Says nothing
//! about data or estimation.

use super::PlsError;
use crate::model::{self, Operator};

/// How the items of a block are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By their correlations with the neighbouring composites (items reflect the construct).
    A,
    /// By regression of the neighbouring composites on them (items form the construct).
    B,
}

/// One construct and the items, or the other constructs, that measure it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Construct name.
    pub name: String,
    /// How its items are weighted.
    pub mode: Mode,
    /// Its items, in order.
    pub items: Vec<String>,
}

/// A whole path model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specification {
    /// Constructs in the order of their definition.
    pub blocks: Vec<Block>,
    /// Paths as positions of constructs, from and to.
    pub paths: Vec<(usize, usize)>,
    /// Statements of the model text that path modelling has no use for, such as `a ~~ b`.
    pub ignored: Vec<String>,
}

impl Specification {
    /// Builds a model from its parts and checks it.
    ///
    /// # Errors
    /// Names the construct or path that makes the model impossible.
    pub fn new(blocks: Vec<Block>, paths: Vec<(usize, usize)>) -> Result<Self, PlsError> {
        let specification = Self { blocks, paths, ignored: Vec::new() };
        specification.check()?;
        Ok(specification)
    }

    /// Reads and checks a model in lavaan's notation.
    ///
    /// # Errors
    /// With the place of what cannot be read, or what makes the model impossible.
    pub fn parse(text: &str) -> Result<Self, PlsError> {
        Self::from_model(&model::parse(text)?)
    }

    /// Takes from a model what path modelling uses: `A =~ x1 + x2` (mode A), `B <~ y1 + y2`
    /// (mode B), `B ~ A`. Labels and starting values mean nothing here; other statements are kept
    /// as ignored.
    ///
    /// # Errors
    /// Names the construct or path that makes the model impossible.
    pub fn from_model(model: &model::Model) -> Result<Self, PlsError> {
        let mut specification = Self::default();
        for relation in &model.relations {
            let (construct, item) = (&relation.lhs, &relation.rhs.name);
            match relation.op {
                Operator::Measures => specification.add(construct, Mode::A, item),
                Operator::Composite => specification.add(construct, Mode::B, item),
                Operator::Regression => {}
                op => {
                    let operator = op.as_str();
                    specification.ignored.push(format!("{construct} {operator} {item}"));
                }
            }
        }
        let paths = model.relations.iter().filter(|known| known.op == Operator::Regression);
        for path in paths {
            let ends = (specification.named(&path.rhs.name)?, specification.named(&path.lhs)?);
            specification.paths.push(ends);
        }
        specification.ignored.extend(model.formulas.iter().map(|formula| {
            format!("{} {} {}", formula.lhs_text, formula.op.as_str(), formula.rhs_text)
        }));
        specification.check()?;
        Ok(specification)
    }

    /// A second line for the same construct and mode continues its block, as in lavaan.
    fn add(&mut self, name: &str, mode: Mode, item: &str) {
        let known = self.blocks.iter_mut().find(|block| block.name == name && block.mode == mode);
        match known {
            Some(block) => block.items.push(item.to_owned()),
            None => {
                let items = vec![item.to_owned()];
                self.blocks.push(Block { name: name.to_owned(), mode, items });
            }
        }
    }

    fn named(&self, name: &str) -> Result<usize, PlsError> {
        self.position(name).ok_or_else(|| {
            let known = self.blocks.iter().map(|block| block.name.as_str());
            let nearest = crate::instrument::nearest(name, known);
            PlsError::UnknownConstruct { name: name.to_owned(), nearest }
        })
    }

    /// Position of a construct by name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.blocks.iter().position(|block| block.name == name)
    }

    /// Checks what the type cannot.
    ///
    /// # Errors
    /// Names the construct or path that makes the model impossible.
    pub fn check(&self) -> Result<(), PlsError> {
        for (position, block) in self.blocks.iter().enumerate() {
            if self.blocks[..position].iter().any(|other| other.name == block.name) {
                return Err(PlsError::DuplicateConstruct(block.name.clone()));
            }
            if block.items.is_empty() {
                return Err(PlsError::EmptyBlock(block.name.clone()));
            }
            self.check_order(position)?;
            let joined = |&(from, to): &(usize, usize)| from == position || to == position;
            if !self.paths.iter().any(joined) && self.whole_of(position).is_none() {
                return Err(PlsError::Isolated(block.name.clone()));
            }
        }
        for (position, &(from, to)) in self.paths.iter().enumerate() {
            let name = |construct: usize| {
                let block = self.blocks.get(construct);
                block.map_or_else(|| construct.to_string(), |block| block.name.clone())
            };
            if from.max(to) >= self.blocks.len() {
                return Err(PlsError::UnknownConstruct {
                    name: from.max(to).to_string(),
                    nearest: None,
                });
            }
            if from == to || self.paths[..position].contains(&(from, to)) {
                return Err(PlsError::IdlePath { from: name(from), to: name(to) });
            }
        }
        self.order().map(drop)
    }

    /// Constructs in an order in which every path leads forward.
    ///
    /// # Errors
    /// When the paths form a circle.
    pub fn order(&self) -> Result<Vec<usize>, PlsError> {
        let mut order: Vec<usize> = Vec::with_capacity(self.blocks.len());
        while order.len() < self.blocks.len() {
            let ready = |construct: &usize| {
                !order.contains(construct)
                    && self.paths.iter().all(|(from, to)| to != construct || order.contains(from))
            };
            match (0..self.blocks.len()).find(ready) {
                Some(construct) => order.push(construct),
                None => {
                    let stuck = (0..self.blocks.len())
                        .find(|construct| !order.contains(construct))
                        .expect("the loop ends when every construct is in order");
                    return Err(PlsError::Circle(self.blocks[stuck].name.clone()));
                }
            }
        }
        Ok(order)
    }

    /// Every item that is answered, block by block; an item of two blocks appears twice.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        let answered = (0..self.blocks.len()).filter(|&block| !self.is_second_order(block));
        answered.flat_map(|block| self.blocks[block].items.iter().map(String::as_str)).collect()
    }
}
