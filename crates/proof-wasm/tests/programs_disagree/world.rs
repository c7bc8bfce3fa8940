//! Logs, witnesses and a small plan with their keys, all from fixed seeds.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_zebra::SigningKey;
use proof::charge::{ChargeLeaf, ChargeNode, Sibling};
use proof::cosignature::{self, CosignerKey};
use proof::merkle::{Frontier, inclusion_path, leaf_hash};
use proof::note::{VerifierKey, key_id};
use proof::receipt::{ProvedCharge, ProvedEntry, Receipt};
use proof::tlog_proof::TlogProof;
use proof::{Digest, sha256};
use serde_json::{Value, json};

/// The text of a verifier key for these bytes of type and key, whether they are a good key or not.
pub fn key_text(name: &str, typed: &[u8]) -> String {
    let id = u32::from_be_bytes(key_id(name, typed[0], &typed[1..]));
    format!("{name}+{id:08x}+{}", STANDARD.encode(typed))
}

/// The text of a checkpoint.
pub fn checkpoint_text(origin: &str, size: u64, root: &Digest) -> String {
    format!("{origin}\n{size}\n{}\n", STANDARD.encode(root))
}

fn line(name: &str, id: [u8; 4], value: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", STANDARD.encode([id.as_slice(), value].concat()))
}

/// A log's key.
pub struct Log {
    secret: SigningKey,
    public: VerifierKey,
    /// Its verifier key as text.
    pub key: String,
}

impl Log {
    pub fn new(name: &str, seed: u8) -> Self {
        let secret = SigningKey::from([seed; 32]);
        let public = VerifierKey::new(name, secret.verification_key().into()).expect("a key");
        let key = public.to_string();
        Self { secret, public, key }
    }

    pub fn signature(&self, body: &str) -> [u8; 64] {
        self.secret.sign(body.as_bytes()).to_bytes()
    }

    pub fn line_of(&self, value: &[u8]) -> String {
        line(self.public.name(), self.public.id(), value)
    }

    pub fn line(&self, body: &str) -> String {
        self.line_of(&self.signature(body))
    }

    /// A note with this text and signature.
    pub fn sign(&self, body: &str) -> String {
        format!("{body}\n{}", self.line(body))
    }
}

/// A witness's key.
pub struct Cosigner {
    secret: SigningKey,
    public: CosignerKey,
    /// Its verifier key as text.
    pub key: String,
}

impl Cosigner {
    pub fn new(name: &str, seed: u8) -> Self {
        let secret = SigningKey::from([seed; 32]);
        let public = CosignerKey::new(name, secret.verification_key().into()).expect("a key");
        let key = public.to_string();
        Self { secret, public, key }
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }

    /// Time and signature.
    pub fn value(&self, body: &str, time: u64) -> Vec<u8> {
        let signature = self.sign(&cosignature::message(time, body));
        [time.to_be_bytes().as_slice(), &signature].concat()
    }

    pub fn line_of(&self, value: &[u8]) -> String {
        line(self.public.name(), self.public.id(), value)
    }

    pub fn line(&self, body: &str, time: u64) -> String {
        self.line_of(&self.value(body, time))
    }
}

/// The tree of these leaves, made in the plainest way, and the path of leaf `index`.
pub fn charge_tree(leaves: &[ChargeLeaf], index: usize) -> (ChargeNode, Vec<Sibling>) {
    match leaves {
        [] => (ChargeNode::empty(), Vec::new()),
        [leaf] => (leaf.node().expect("a charge in range"), Vec::new()),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let in_left = index < left.len();
            let (left_node, left_path) = charge_tree(left, index);
            let (right_node, right_path) = charge_tree(right, index.wrapping_sub(left.len()));
            let (mut path, other) =
                if in_left { (left_path, right_node) } else { (right_path, left_node) };
            path.push(Sibling { hash: other.hash, sum: other.sum });
            (ChargeNode::join(&left_node, &right_node).expect("sums in range"), path)
        }
    }
}

/// The leaf of a member, with a salt that only has to be different for everybody.
pub fn leaf(member: u32, class: u16, charge: u64) -> ChargeLeaf {
    ChargeLeaf { salt: sha256(&member.to_be_bytes()).0, member, class, charge }
}

/// A small plan: seven members of two classes, one closed and sealed period, twelve entries.
pub struct World {
    /// The entries of the log.
    pub entries: Vec<String>,
    leaves: Vec<ChargeLeaf>,
    log: Log,
    witnesses: Vec<Cosigner>,
}

/// Places of the findings in the log of the world.
pub const CLOSED: usize = 8;
pub const SEALED: usize = 10;

/// The finding of the closed period. Its weights make 4 × 1 + 3 × 2 = 10, so the rates are one and
/// two tenths of the total, rounded up.
pub fn closed() -> Value {
    json!({
        "by": "rules", "carry_out_minor": 6, "charges_minor": 3_247,
        "do": "finding.period.closed",
        "excess": {"deferred_out_minor": 0, "reduction_minor": 0, "reserve_draw_minor": 0,
                   "sponsor_minor": 0},
        "id": "finding-6", "period": 5, "plan": "vectors", "postings": [],
        "rates": [
            {"class": "18-39", "members": 4, "share_minor": 325, "weight": 1},
            {"class": "40-59", "members": 3, "share_minor": 649, "weight": 2},
        ],
        "seq": 6, "sharers": 7,
        "terms": {"aid_minor": 3_000, "carry_in_minor": 0, "deferred_in_minor": 0,
                  "fee_minor": 241, "recovered_minor": 0, "refunds_minor": 0,
                  "reserve_load_minor": 0, "uncollected_in_minor": 0},
        "total_minor": 3_241, "v": 1,
    })
}

impl World {
    pub fn new() -> Self {
        let leaves: Vec<_> = (0..7_u32)
            .map(
                |place| if place < 4 { leaf(11 + place, 0, 325) } else { leaf(11 + place, 1, 649) },
            )
            .collect();
        let (total, _) = charge_tree(&leaves, 0);
        let sealed = json!({
            "by": "rules", "charges_minor": total.sum, "do": "finding.period.sealed",
            "id": "finding-7", "period": 5, "plan": "vectors", "root": total.hash.to_string(),
            "seq": 7, "sharers": total.count, "v": 1,
        });
        let mut entries: Vec<String> = (0..12)
            .map(|number| entry(&json!({"do": "case.review", "plan": "vectors", "seq": number})))
            .collect();
        entries[CLOSED] = entry(&closed());
        entries[SEALED] = entry(&sealed);
        let names = ["bank.example/replay", "court.example/replay", "university.example"];
        let witnesses = names.iter().zip(41..).map(|(name, seed)| Cosigner::new(name, seed));
        let log = Log::new("vectors.example/log", 40);
        Self { entries, leaves, log, witnesses: witnesses.collect() }
    }

    /// One replaying and one append-only witness are needed.
    pub fn policy(&self) -> String {
        let names = ["bank", "court", "university"];
        let witnesses = names.iter().zip(&self.witnesses);
        let witnesses =
            witnesses.map(|(name, witness)| format!("witness {name} {}\n", witness.key));
        let witnesses: String = witnesses.collect();
        format!(
            "# The plan of the vectors.\nlog {}\n{witnesses}group replaying any bank court\n\
             group enough all replaying university\nquorum enough\n",
            self.log.key
        )
    }

    /// The checkpoint of all entries, cosigned by these witnesses.
    pub fn checkpoint(&self, signers: &[usize]) -> String {
        let leaves: Vec<_> = self.entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let root = Frontier::of(&leaves).root();
        let body = checkpoint_text("vectors.example/log", self.entries.len() as u64, &root);
        let line =
            |signer: &usize| self.witnesses[*signer].line(&body, 1_795_300_000 + *signer as u64);
        self.log.sign(&body) + &signers.iter().map(line).collect::<String>()
    }

    pub fn proved(&self, index: usize, checkpoint: &str) -> ProvedEntry {
        let leaves: Vec<_> = self.entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let path = inclusion_path(&leaves, index).expect("there is such an entry");
        let (index, checkpoint) = (index as u64, checkpoint.to_owned());
        let entry = self.entries[index as usize].clone();
        ProvedEntry { entry, proof: TlogProof { extra: None, index, path, checkpoint } }
    }

    /// A receipt of these entries under a checkpoint of the first and the last witness.
    pub fn receipt(&self, indexes: &[usize]) -> Receipt {
        let checkpoint = self.checkpoint(&[0, 2]);
        let entries = indexes.iter().map(|index| self.proved(*index, &checkpoint)).collect();
        Receipt { policy: self.policy(), entries, charge: None }
    }

    /// A receipt of the charge of the member at this place.
    pub fn charge_receipt(&self, place: usize) -> Receipt {
        let (_, path) = charge_tree(&self.leaves, place);
        let leaf = self.leaves[place];
        let charge = Some(ProvedCharge { index: place as u64, leaf, path });
        Receipt { charge, ..self.receipt(&[CLOSED, SEALED]) }
    }
}

/// An entry of the log with this command. The order of keys is that of canonical JSON, because
/// they are all of letters and underscores.
pub fn entry(command: &Value) -> String {
    json!({"command": command, "order": {"at": 1_795_300_000_000_u64, "day": "2026-11-22"}})
        .to_string()
}
