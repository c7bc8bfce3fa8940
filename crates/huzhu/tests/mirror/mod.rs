//! A web server on loopback that shows the files of a folder, for tests that audit a web address.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part; it may panic")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;

/// Shows `folder` until the test ends; gives the web address.
pub fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let folder = folder.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
                    let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
                    while line.trim() != "" {
                        line.clear();
                        if reader.read_line(&mut line).is_err() {
                            return;
                        }
                    }
                    line.clear();
                    let file = std::fs::read(folder.join(path.trim_start_matches('/')));
                    let (status, body) = match file {
                        Ok(body) => ("200 OK", body),
                        Err(_) => ("404 Not Found", Vec::new()),
                    };
                    let head =
                        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
                    if stream.write_all(head.as_bytes()).and(stream.write_all(&body)).is_err() {
                        return;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}
