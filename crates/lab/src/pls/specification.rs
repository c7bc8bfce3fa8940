//! What a path model says: blocks of items with a mode, and paths between blocks. Says nothing
//! about data or estimation.

use super::PlsError;

/// How the items of a block are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By their correlations with the neighbouring composites (items reflect the construct).
    A,
    /// By regression of the neighbouring composites on them (items form the construct).
    B,
}

/// One construct and the items that measure it.
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
            let construct = |item: &&String| {
                self.blocks.iter().any(|other| other.name == **item && other.name != block.name)
            };
            if let Some(item) = block.items.iter().find(construct) {
                return Err(PlsError::SecondOrder {
                    construct: block.name.clone(),
                    item: item.clone(),
                });
            }
            if !self.paths.iter().any(|&(from, to)| from == position || to == position) {
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

    /// Every item, block by block; an item of two blocks appears twice.
    #[must_use]
    pub fn items(&self) -> Vec<&str> {
        self.blocks.iter().flat_map(|block| block.items.iter().map(String::as_str)).collect()
    }
}
