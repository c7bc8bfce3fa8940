//! XML as the bank sends it, pulled tag by tag: only what payment messages need, and within limits,
//! since a file from outside may be made to exhaust whoever reads it.
//!
//! Refused: document types, entities beyond XML's own five and character references, processing
//! instructions, encodings other than UTF-8, text beside elements, anything after the document.

use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::{Error, Reader};

use crate::error::RailsError;

/// Elements nested deeper than in any message read here (the deepest has 14).
const DEPTH_MAX: usize = 24;

/// Bytes of one tag, text or comment; the longest text of the messages has 500 characters.
const TOKEN_MAX: usize = 1 << 16;

/// Bytes of the text of one element, however many pieces it comes in.
const TEXT_MAX: usize = 1 << 13;

/// Attributes of one tag; the messages have one, and namespaces a few.
const ATTRIBUTES_MAX: usize = 16;

/// The name space of all messages, before their name.
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// Stops a reader that would take in more than a token at once.
struct Metered<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let given = {
            let mut ready = self.fill_buf()?;
            ready.read(out)?
        };
        self.consume(given);
        Ok(given)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let ready = self.inner.fill_buf()?;
        if self.left == 0 && !ready.is_empty() {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(&ready[..ready.len().min(self.left)])
    }

    fn consume(&mut self, bytes: usize) {
        self.left -= bytes.min(self.left);
        self.inner.consume(bytes);
    }
}

/// What comes next in the document. A path is that of the element below `Document`, each name after
/// a `/`.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// An element begins.
    Open(&'a str),
    /// An element ends; its text when it has no elements in it, and its attribute `Ccy`.
    Close(&'a str, &'a str, Option<&'a str>),
    /// The document ends.
    End,
}

/// A document that is being pulled.
pub struct Pull<R> {
    reader: Reader<Metered<R>>,
    token: Vec<u8>,
    message: String,
    prefix: String,
    path: String,
    depth: usize,
    text: String,
    currency: Option<String>,
    /// The last tag was one that opened, so that text belongs to it.
    in_leaf: bool,
    /// The path still names an element that has ended.
    ended: bool,
}

impl<R: BufRead> Pull<R> {
    /// Begins a document: reads up to its outermost element.
    ///
    /// # Errors
    /// When the file is no ISO 20022 message.
    pub fn begin(mut inner: R) -> Result<Self, RailsError> {
        let start = inner.fill_buf()?;
        if start.starts_with(&[0xfe, 0xff]) || start.starts_with(&[0xff, 0xfe]) {
            return Err(RailsError::Encoding);
        }
        let mut reader = Reader::from_reader(Metered { inner, left: TOKEN_MAX });
        reader.config_mut().expand_empty_elements = true;
        let mut pull = Self {
            reader,
            token: Vec::new(),
            message: String::new(),
            prefix: String::new(),
            path: String::new(),
            depth: 0,
            text: String::new(),
            currency: None,
            in_leaf: false,
            ended: false,
        };
        pull.root()?;
        Ok(pull)
    }

    /// The message and version that the file claims to be, such as `pain.002.001.12`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Checks that the file is one of a message in a version known here.
    pub(crate) fn expect(&self, versions: &[&str], known: &'static str) -> Result<(), RailsError> {
        if versions.contains(&self.message.as_str()) {
            return Ok(());
        }
        Err(RailsError::Message { found: self.message.clone(), expected: known })
    }

    fn root(&mut self) -> Result<(), RailsError> {
        loop {
            self.token.clear();
            self.reader.get_mut().left = TOKEN_MAX;
            match self.reader.read_event_into(&mut self.token).map_err(mistake)? {
                Event::Decl(declaration) => encoding(&declaration)?,
                Event::Comment(_) => {}
                Event::Text(text) if text.trim_ascii_whitespace().is_empty() => {}
                Event::Start(tag) => {
                    let name = tag.name();
                    let name: &str = name.as_ref();
                    let prefix = match name.strip_suffix("Document") {
                        Some("") => "",
                        Some(prefix) if prefix.ends_with(':') => prefix,
                        _ => return Err(not_ours(name)),
                    };
                    let wanted = match prefix.strip_suffix(':') {
                        Some(prefix) => format!("xmlns:{prefix}"),
                        None => "xmlns".to_owned(),
                    };
                    let space = attribute(&tag, &wanted)?.unwrap_or_default();
                    let message = space.strip_prefix(NAMESPACE).ok_or_else(|| not_ours(&space))?;
                    let (message, prefix) = (message.chars().take(32).collect(), prefix.to_owned());
                    (self.message, self.prefix) = (message, prefix);
                    return Ok(());
                }
                Event::DocType(_) => return Err(RailsError::Doctype),
                Event::Eof => return Err(RailsError::Cut),
                _ => return Err(RailsError::Xml("something stands before the document".into())),
            }
        }
    }

    /// Pulls what comes next.
    ///
    /// # Errors
    /// When the file breaks a limit or is not well-formed.
    pub fn pull(&mut self) -> Result<Step<'_>, RailsError> {
        if std::mem::take(&mut self.ended) {
            let parent = self.path.rfind('/').unwrap_or(0);
            self.path.truncate(parent);
        }
        loop {
            self.token.clear();
            self.reader.get_mut().left = TOKEN_MAX;
            match self.reader.read_event_into(&mut self.token).map_err(mistake)? {
                Event::Start(tag) => {
                    if !self.text.trim().is_empty() {
                        return Err(RailsError::Xml("text stands beside elements".into()));
                    }
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(RailsError::Depth(DEPTH_MAX));
                    }
                    self.currency = attribute(&tag, "Ccy")?;
                    let name = tag.name();
                    let name: &str = name.as_ref();
                    self.path.push('/');
                    // A name of another name space is none of the message's.
                    let own = name.strip_prefix(self.prefix.as_str());
                    self.path.push_str(own.filter(|own| !own.contains(':')).unwrap_or("?"));
                    self.text.clear();
                    self.in_leaf = true;
                    return Ok(Step::Open(&self.path));
                }
                Event::End(_) if self.depth == 0 => return self.after(),
                Event::End(_) => {
                    self.depth -= 1;
                    self.ended = true;
                    if !std::mem::take(&mut self.in_leaf) {
                        self.text.clear();
                        self.currency = None;
                    }
                    let text = std::mem::take(&mut self.text);
                    self.token.clear();
                    self.token.extend_from_slice(text.trim().as_bytes());
                    let text = core::str::from_utf8(&self.token);
                    let text = text.map_err(|_| RailsError::Encoding)?;
                    return Ok(Step::Close(&self.path, text, self.currency.as_deref()));
                }
                Event::Text(text) => add(&mut self.text, &text, self.in_leaf)?,
                Event::CData(text) => add(&mut self.text, &text, self.in_leaf)?,
                Event::GeneralRef(reference) => {
                    let mut bytes = [0; 4];
                    let text = character(&reference)?.encode_utf8(&mut bytes);
                    add(&mut self.text, text, self.in_leaf)?;
                }
                Event::Comment(_) => {}
                Event::DocType(_) => return Err(RailsError::Doctype),
                Event::Eof => return Err(RailsError::Cut),
                _ => return Err(RailsError::Xml("an instruction stands in the file".into())),
            }
        }
    }

    /// Nothing but space and comments may follow the document.
    fn after(&mut self) -> Result<Step<'_>, RailsError> {
        loop {
            self.token.clear();
            self.reader.get_mut().left = TOKEN_MAX;
            match self.reader.read_event_into(&mut self.token).map_err(mistake)? {
                Event::Comment(_) => {}
                Event::Text(text) if text.trim_ascii_whitespace().is_empty() => {}
                Event::Eof => return Ok(Step::End),
                _ => return Err(RailsError::Cut),
            }
        }
    }
}

/// Space of XML around a text.
trait Space {
    fn trim_ascii_whitespace(&self) -> &str;
}

impl Space for str {
    fn trim_ascii_whitespace(&self) -> &str {
        self.trim_matches([' ', '\t', '\r', '\n'])
    }
}

fn add(text: &mut String, piece: &str, in_leaf: bool) -> Result<(), RailsError> {
    if !in_leaf {
        let space = piece.trim_ascii_whitespace().is_empty();
        let beside = || RailsError::Xml("text stands beside elements".into());
        return space.then_some(()).ok_or_else(beside);
    }
    if text.len() + piece.len() > TEXT_MAX {
        return Err(RailsError::TooLong(TEXT_MAX));
    }
    text.push_str(piece);
    Ok(())
}

fn not_ours(found: &str) -> RailsError {
    let found = found.chars().take(80).collect();
    RailsError::Message { found, expected: "a message of ISO 20022" }
}

fn encoding(declaration: &BytesDecl<'_>) -> Result<(), RailsError> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
        Some(_) => Err(RailsError::Encoding),
    }
}

/// The value of one attribute; all are checked.
fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, RailsError> {
    if tag.attributes_raw().trim().is_empty() {
        return Ok(None);
    }
    let mut found = None;
    for (place, attribute) in tag.attributes().enumerate() {
        if place == ATTRIBUTES_MAX {
            return Err(RailsError::TooLong(ATTRIBUTES_MAX));
        }
        let attribute = attribute.map_err(|error| RailsError::Xml(error.to_string()))?;
        let name: &str = attribute.key.as_ref();
        if name == wanted {
            let value: &str = &attribute.value;
            if value.contains('&') {
                return Err(RailsError::Entity(value.chars().take(40).collect()));
            }
            found = Some(value.chars().take(120).collect());
        }
    }
    Ok(found)
}

/// The character for which a reference stands.
fn character(reference: &BytesRef<'_>) -> Result<char, RailsError> {
    let name: &str = reference;
    let unknown = || RailsError::Entity(name.chars().take(40).collect());
    if reference.is_char_ref() {
        let found = reference.resolve_char_ref().map_err(|_| unknown())?;
        // Characters that XML does not allow at all do not come in by their number either.
        let allowed = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
        return found.filter(allowed).ok_or_else(unknown);
    }
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(unknown()),
    }
}

fn mistake(error: Error) -> RailsError {
    match error {
        Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            RailsError::TooLong(TOKEN_MAX)
        }
        Error::Io(error) => RailsError::Io(io::Error::new(error.kind(), error.to_string())),
        Error::Encoding(_) => RailsError::Encoding,
        Error::Syntax(_) => RailsError::Cut,
        other => RailsError::Xml(other.to_string().chars().take(200).collect()),
    }
}
