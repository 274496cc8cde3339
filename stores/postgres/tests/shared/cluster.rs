//! A PostgreSQL server of the test's own: a fresh cluster in a temporary folder, on a free port, behind a password,
//! stopped and removed when the test program ends, however it ends.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a test program: a fault in it is to panic; programs use what they need"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

/// Allows the tests to pass without PostgreSQL.
const WITHOUT: &str = "HEADSTOCK_WITHOUT_POSTGRES";
/// The folder of its programs, where it is not that of Debian's packages.
const PROGRAMS: &str = "HEADSTOCK_POSTGRES_BIN";

/// Runs the server until its own input ends, which it does when the test program is gone; then removes the folder.
const KEEPER: &str = r#"trap '' INT TERM HUP
"$1/postgres" -D "$2/data" -c listen_addresses=127.0.0.1 -c port="$3" -c unix_socket_directories= \
    -c max_connections=80 -c fsync="$4" -c shared_buffers=64MB -c max_wal_size=2GB >>"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
[ -e "$2/keep" ] || rm -rf "$2""#;

pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    password: String,
    fsync: &'static str,
    keeper: Option<Child>,
}

/// The cluster that the tests of this program share; nothing where PostgreSQL is missing and may be.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start("off")).as_ref()
}

fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(PROGRAMS) {
        return Some(PathBuf::from(folder));
    }
    let has = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut found: Vec<PathBuf> = installed.map(|entry| entry.path()).collect();
    found.sort_by_key(version);
    let mut found: Vec<PathBuf> = found.into_iter().map(|path| path.join("bin")).collect();
    found.reverse();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&path));
    found.into_iter().find(has)
}

/// The user that the server runs as, where we are root, whom it refuses.
fn user() -> Option<(&'static str, u32, u32)> {
    let id = |flags: &[&str]| {
        let out = Command::new("id").args(flags).output().ok()?;
        String::from_utf8(out.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let known = |name: &'static str| Some((name, id(&["-u", name])?, id(&["-g", name])?));
    Some(known("postgres").or_else(|| known("nobody")).expect("a user who is not root"))
}

/// A command as the user of the server.
fn as_user(program: &Path) -> Command {
    let Some((_, uid, gid)) = user() else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    let (uid, gid) = (format!("--reuid={uid}"), format!("--regid={gid}"));
    command.args([uid.as_str(), gid.as_str(), "--clear-groups", "--"]).arg(program);
    command
}

fn secret() -> String {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The processes that a process started, as Linux shows them.
fn children(parent: &str) -> Vec<PathBuf> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    let of_parent = |path: &PathBuf| {
        let stat = fs::read_to_string(path.join("stat")).unwrap_or_default();
        // The name before may hold anything but ends at the last bracket; state and parent follow.
        stat.rsplit(')').next().is_some_and(|rest| rest.split_whitespace().nth(1) == Some(parent))
    };
    all.filter(of_parent).collect()
}

impl Cluster {
    /// Makes and starts a cluster. `fsync` off is quicker; a killed server loses nothing by it, a killed machine would.
    pub fn start(fsync: &'static str) -> Option<Cluster> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os(WITHOUT).is_some(),
                "PostgreSQL is not installed. Install it (Debian: apt-get install postgresql), say where its \
                 programs are with {PROGRAMS}, or allow its tests to be left out with {WITHOUT}=1."
            );
            eprintln!("\n*** NOT TESTED: PostgreSQL is not installed and {WITHOUT} is set. ***\n");
            return None;
        };
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("headstock-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let password = secret();
        let file = folder.join("password");
        fs::write(&file, &password).unwrap();
        if let Some((_, uid, gid)) = user() {
            chown(&folder, Some(uid), Some(gid)).unwrap();
            chown(&file, Some(uid), Some(gid)).unwrap();
        }
        let made = as_user(&programs.join("initdb"))
            .args(["--no-sync", "--no-instructions", "-U", "plant", "-E", "UTF8", "--locale=C.UTF-8"])
            .args(["-A", "scram-sha-256", "--pwfile"])
            .arg(&file)
            .arg("-D")
            .arg(folder.join("data"))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut cluster = Cluster { programs, folder, port: 0, password, fsync, keeper: None };
        cluster.launch();
        Some(cluster)
    }

    /// Starts the server on a free port and waits until it answers.
    fn launch(&mut self) {
        let _ = fs::remove_file(self.folder.join("keep"));
        if self.port == 0 {
            self.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        }
        let keeper = as_user(Path::new("sh"))
            .args(["-c", KEEPER, "keeper"])
            .arg(&self.programs)
            .arg(&self.folder)
            .args([self.port.to_string().as_str(), self.fsync])
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.keeper = Some(keeper);
        let start = Instant::now();
        loop {
            match Client::connect(&self.address("postgres"), NoTls) {
                Ok(_) => return,
                Err(error) => assert!(
                    start.elapsed() < Duration::from_secs(60),
                    "{error}: {}",
                    fs::read_to_string(self.folder.join("log")).unwrap_or_default()
                ),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills the server with SIGKILL, as a crash does, and waits until all of it is gone.
    pub fn kill(&mut self) {
        fs::write(self.folder.join("keep"), "").unwrap();
        let pid = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        let children = children(&pid);
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
        self.settle();
        // Its processes notice that it is gone and go; until then the next one does not start.
        let start = Instant::now();
        while children.iter().any(|child| child.exists()) && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Starts it again on the same records and port.
    pub fn restart(&mut self) {
        self.launch();
    }

    fn settle(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// How a client finds a database of it.
    pub fn address(&self, database: &str) -> String {
        let (port, password) = (self.port, &self.password);
        format!("host=127.0.0.1 port={port} user=plant password={password} dbname={database}")
    }

    pub fn client(&self, database: &str) -> Client {
        Client::connect(&self.address(database), NoTls).unwrap()
    }

    /// The records of a database as `INSERT` statements.
    pub fn dump(&self, database: &str) -> String {
        let out = Command::new(self.programs.join("pg_dump"))
            .args(["--data-only", "--column-inserts", "--dbname", &self.address(database)])
            .output()
            .unwrap();
        assert!(out.status.success(), "pg_dump: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// A new empty database.
    pub fn create(&self, database: &str) {
        let mut client = self.client("postgres");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)")).unwrap();
        client.batch_execute(&format!("CREATE DATABASE \"{database}\" STRATEGY file_copy")).unwrap();
    }

    pub fn remove(&self, database: &str) {
        let sql = format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
        self.client("postgres").batch_execute(&sql).unwrap();
    }

    /// Where its records lie.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// A disk of a few megabytes that the server may write to; nothing where it cannot be mounted, as an ordinary user.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    pub fn new(megabytes: u32) -> Option<SmallDisk> {
        let folder = std::env::temp_dir().join(format!("headstock-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let disk = SmallDisk(folder);
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(&disk.0)
            .output()
            .is_ok_and(|out| out.status.success());
        if !mounted {
            eprintln!("\n*** NOT TESTED: a small disk cannot be mounted here. ***\n");
            return None;
        }
        fs::create_dir(disk.space()).unwrap();
        if let Some((_, uid, gid)) = user() {
            chown(disk.space(), Some(uid), Some(gid)).unwrap();
        }
        Some(disk)
    }

    /// The folder for the server.
    pub fn space(&self) -> PathBuf {
        self.0.join("space")
    }

    /// Takes all room that is left.
    pub fn fill(&self) {
        let mut file = fs::File::create(self.0.join("ballast")).unwrap();
        while file.write_all(&[0; 4_096]).is_ok() {}
    }

    /// Gives it back.
    pub fn free(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.folder.join("keep"));
        self.settle();
    }
}
