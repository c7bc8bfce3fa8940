//! Fear: a mirror, a witness or a log that stalls, floods or lies about lengths makes the other
//! side wait for ever or fill its memory.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use fixture::ledger_in;
use ledger::surface::Source as _;
use node::witness::{Witness, serve};
use node::{HttpSource, Reply, SecretKey, cosign};
use proof::add_checkpoint::BODY_LIMIT;
use proof::cosignature::CosignerKey;
use proof::note::VerifierKey;

/// A server that does as `behave` says with every connection.
fn server(behave: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let behave = Arc::new(behave);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let behave = behave.clone();
            std::thread::spawn(move || behave(stream.unwrap()));
        }
    });
    address
}

/// Reads the head of a request, and nothing more.
fn head(stream: &mut TcpStream) {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        read.push(byte[0]);
    }
}

/// The ways in which a peer can behave badly.
fn bad_peers() -> Vec<(&'static str, String)> {
    vec![
        (
            "never answers",
            server(|mut stream| {
                head(&mut stream);
                std::thread::sleep(Duration::from_secs(3_600));
            }),
        ),
        (
            "stops in the body",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
                std::thread::sleep(Duration::from_secs(3_600));
            }),
        ),
        (
            "drips",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
                while stream.write_all(b"a").is_ok() {
                    std::thread::sleep(Duration::from_millis(100));
                }
            }),
        ),
        (
            "floods",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while stream.write_all(&[b'a'; 65_536]).is_ok() {}
            }),
        ),
        (
            "is cut",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
            }),
        ),
        (
            "is broken",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
            }),
        ),
        (
            "is no web server",
            server(|mut stream| {
                head(&mut stream);
                let _ = stream.write_all(&[0xff; 100]);
            }),
        ),
    ]
}

#[test]
fn a_mirror_that_behaves_badly_is_given_up() {
    for (what, address) in bad_peers() {
        let source = HttpSource::patient(&address, 1);
        let error = source.get("checkpoint", 8_192).unwrap_err();
        assert_eq!(error.path, "checkpoint", "{what}");
    }
    let missing = server(|mut stream| {
        head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    });
    assert_eq!(HttpSource::patient(&missing, 1).get("checkpoint", 8_192), Ok(None));
}

#[test]
fn a_witness_that_behaves_badly_costs_only_its_own_signature() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger_in(folder.path()));
    let log = VerifierKey::new("neighbours-test", fixture::node_key().public().0).unwrap();
    let state = tempfile::tempdir().unwrap();
    let key = SecretKey::from_seed([50; 32]);
    let name = CosignerKey::new("good.example/witness", key.public().0).unwrap();
    let good =
        Witness::append_only(key, name.clone(), std::slice::from_ref(&log), state.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(listener, Arc::new(good)));
    let mut policy = format!("log {log}\nwitness good {name} http://{address}\n");
    for (number, (_, address)) in bad_peers().into_iter().enumerate() {
        let key = SecretKey::from_seed([60 + number as u8; 32]).public().0;
        let bad = CosignerKey::new(&format!("bad.example/{number}"), key).unwrap();
        policy += &format!("witness bad-{number} {bad} {address}\n");
    }
    policy += "quorum good\n";
    let patience = Some(Duration::from_secs(1));
    let collected = cosign(folder.path(), policy.as_bytes(), patience).unwrap();
    assert!(collected.enough);
    for asked in &collected.asked {
        let is_good = asked.name == "good.example/witness";
        assert_eq!(matches!(asked.reply, Reply::Cosigned(_)), is_good, "{asked:?}");
    }
    // Stored, and every byte of it can be checked.
    let stored = node::cosigned(folder.path(), &log).unwrap().unwrap();
    assert!(stored.enough && stored.witnesses.len() == 1);
    let note = folder.path().join("witnesses/checkpoint");
    let whole = std::fs::read(&note).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&note, changed).unwrap();
        assert!(node::cosigned(folder.path(), &log).is_err(), "byte {at}");
    }
}

#[test]
fn a_log_that_behaves_badly_does_not_hold_the_witness() {
    let state = tempfile::tempdir().unwrap();
    let key = SecretKey::from_seed([50; 32]);
    let name = CosignerKey::new("good.example/witness", key.public().0).unwrap();
    let log = VerifierKey::new("neighbours-test", fixture::node_key().public().0).unwrap();
    let witness = Witness::append_only(key, name, &[log], state.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(listener, Arc::new(witness)));
    // Some say nothing, some stop in the head, some in the body.
    let mut held = Vec::new();
    for start in
        ["", "POST /add-ch", "POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\nold"]
    {
        for _ in 0..15 {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(start.as_bytes()).unwrap();
            held.push(stream);
        }
    }
    let answer = |request: &[u8]| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // A server that has seen enough closes while we still write.
        let _ = stream.write_all(request);
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    let get = |path: &str| answer(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    assert_eq!(get("/"), "HTTP/1.1 404");
    assert_eq!(get("/checkpoint/zz"), "HTTP/1.1 404");
    assert_eq!(get("/add-checkpoint"), "HTTP/1.1 404");
    let put = b"PUT /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(answer(put), "HTTP/1.1 405");
    let long = BODY_LIMIT + 1;
    let head =
        format!("POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: {long}\r\n\r\n");
    let flood = [head.into_bytes(), vec![b'a'; long]].concat();
    assert_eq!(answer(&flood), "HTTP/1.1 413");
    let nonsense = b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nold";
    assert_eq!(answer(nonsense), "HTTP/1.1 400");
}
