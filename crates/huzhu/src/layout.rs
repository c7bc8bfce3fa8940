//! How numbers, tables and paragraphs look on a terminal. Chinese characters count as two columns
//! wide, which is what a terminal makes of them.

use std::fmt;

use comfy_table::{CellAlignment, presets};
use money::{Amount, Currency};

/// Paragraphs end at this column.
const WIDTH: usize = 96;

/// What stands where there is nothing.
pub const NONE: &str = "–";

/// A table without lines: columns that are aligned, two spaces apart.
pub struct Table {
    table: comfy_table::Table,
    right: Vec<bool>,
    indent: usize,
}

impl Table {
    /// A table whose columns are aligned as `sides` says, a letter each: `l` left, `r` right. Every
    /// line begins with `indent` spaces.
    pub fn new(sides: &str, indent: usize) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        let right = sides.chars().map(|side| side == 'r').collect();
        Self { table, right, indent }
    }

    /// The names of the columns.
    pub fn header<const N: usize>(mut self, names: [&str; N]) -> Self {
        self.table.set_header(names);
        self
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells);
    }

    /// Adds a row with a name and what belongs to it.
    pub fn pair(&mut self, name: &str, value: impl fmt::Display) {
        self.row([name.to_owned(), value.to_string()]);
    }

    /// The lines of the table.
    pub fn lines(mut self) -> Vec<String> {
        for (column, right) in self.table.column_iter_mut().zip(&self.right) {
            column.set_padding((0, 2));
            let side = if *right { CellAlignment::Right } else { CellAlignment::Left };
            column.set_cell_alignment(side);
        }
        let indent = " ".repeat(self.indent);
        let lines = self.table.lines();
        lines.map(|line| format!("{indent}{line}").trim_end().to_owned()).collect()
    }

    /// Prints the table.
    pub fn print(self) {
        for line in self.lines() {
            println!("{line}");
        }
    }
}

/// A count with commas between thousands.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// An amount as a decimal of its currency, with commas between thousands.
pub fn money(amount: Amount, currency: Currency) -> String {
    let text = amount.display(currency).to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("−", rest));
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", grouped(whole)),
        None => format!("{sign}{}", grouped(digits)),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 case` or `2 cases`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A paragraph in lines that are not too long, each after `indent` spaces.
pub fn paragraph(text: &str, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    lines
}

/// Columns that a text takes: the characters from U+1100 on that a terminal shows wide are those
/// of East Asian writing, which is all that a plan's words contain.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}') { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let cny = Currency::from_code("CNY").unwrap();
        let jpy = Currency::from_code("JPY").unwrap();
        let money = |minor: i64, currency| money(Amount::from_minor(minor).unwrap(), currency);
        assert_eq!(money(3_696_617_244, cny), "36,966,172.44");
        assert_eq!(money(-123_456, cny), "−1,234.56");
        assert_eq!(money(99_999, cny), "999.99");
        assert_eq!(money(1_000, jpy), "1,000");
        assert_eq!([count(0), count(999), count(1_000)], ["0", "999", "1,000"]);
    }

    #[test]
    fn columns_stand_under_each_other_with_chinese_text() {
        let mut table = Table::new("lr", 2).header(["name", "n"]);
        table.pair("互助计划", 5);
        table.pair("plan", 12_345);
        assert_eq!(table.lines(), ["  name          n", "  互助计划      5", "  plan      12345"]);
    }

    #[test]
    fn a_paragraph_is_broken_between_words() {
        let lines = paragraph(&"word ".repeat(40), 4);
        assert!(lines.len() == 3 && lines.iter().all(|line| line.len() <= WIDTH));
        assert!(lines.iter().all(|line| line.starts_with("    word")));
    }
}
