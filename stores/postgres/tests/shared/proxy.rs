//! A wire between client and server that can be cut, muted and slowed down at a chosen message.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens at the first message from the client that holds a text.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// The connection is cut and the server does not see the message.
    Cut { at: &'static str },
    /// The server sees the message, its answer is lost with the connection.
    Swallow { after: &'static str },
    /// The answer takes this long.
    Late { after: &'static str, wait: Duration },
}

impl Trouble {
    fn text(self) -> &'static str {
        match self {
            Trouble::Cut { at } => at,
            Trouble::Swallow { after } | Trouble::Late { after, .. } => after,
        }
    }
}

type Shared<T> = Arc<Mutex<Option<T>>>;

pub struct Proxy {
    port: u16,
    next: Shared<Trouble>,
}

impl Proxy {
    pub fn start(server: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let next: Shared<Trouble> = Arc::default();
        let trouble = next.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let answers: Shared<Trouble> = Arc::default();
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (trouble, pending) = (trouble.clone(), answers.clone());
                std::thread::spawn(move || questions(from, to, &trouble, &pending));
                std::thread::spawn(move || pass_back(server, client, &answers));
            }
        });
        Proxy { port, next }
    }

    /// What goes wrong next, once.
    pub fn next(&self, trouble: Trouble) {
        *self.next.lock().unwrap() = Some(trouble);
    }

    /// Whether it went wrong.
    pub fn is_done(&self) -> bool {
        self.next.lock().unwrap().is_none()
    }

    /// The address of a database through here.
    pub fn address(&self, address: &str, server: u16) -> String {
        address.replace(&format!("port={server}"), &format!("port={}", self.port))
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

fn questions(mut from: TcpStream, mut to: TcpStream, next: &Shared<Trouble>, pending: &Shared<Trouble>) {
    let mut bytes = [0; 65_536];
    while let Ok(length) = from.read(&mut bytes) {
        let message = bytes.get(..length).unwrap_or_default();
        let found = {
            let mut next = next.lock().unwrap();
            let hit = next.is_some_and(|trouble| holds(message, trouble.text()));
            if hit { next.take() } else { None }
        };
        if length == 0 || matches!(found, Some(Trouble::Cut { .. })) {
            break;
        }
        if found.is_some() {
            *pending.lock().unwrap() = found;
        }
        if to.write_all(message).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

fn pass_back(mut from: TcpStream, mut to: TcpStream, pending: &Shared<Trouble>) {
    let mut bytes = [0; 65_536];
    while let Ok(length) = from.read(&mut bytes) {
        let trouble = pending.lock().unwrap().take();
        match trouble {
            Some(Trouble::Swallow { .. }) => break,
            Some(Trouble::Late { wait, .. }) => std::thread::sleep(wait),
            _ => {}
        }
        if length == 0 || to.write_all(bytes.get(..length).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
