//! Compressed files become their content: gzip, and zip archives of one file, in one pass.
//!
//! The rule: an archive that is damaged, cut off, or holds more than one file is an error, never half an answer. Sources: RFC 1952;
//! PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.

use std::io::{self, BufRead, BufReader, Read, Take};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

const LOCAL_FILE: [u8; 4] = *b"PK\x03\x04";
const DATA_DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const CENTRAL_DIRECTORY: [u8; 4] = *b"PK\x01\x02";

/// The bit of a local header's flags that says: encrypted.
const ENCRYPTED: u16 = 1;
/// The bit that says: sizes and checksum follow the data.
const DESCRIBED_LATER: u16 = 1 << 3;
/// The two compression methods of zip in use.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Gzip,
    Zip,
}

/// Returns how a file that begins with `head` is compressed.
pub(super) fn recognise(head: &[u8]) -> Option<Method> {
    if head.starts_with(b"\x1F\x8B") {
        Some(Method::Gzip)
    } else {
        head.starts_with(&LOCAL_FILE).then_some(Method::Zip)
    }
}

/// Returns the content of a compressed file; the reason when it cannot be had.
pub(super) fn open<'r>(
    method: Method,
    input: impl BufRead + 'r,
) -> Result<Box<dyn BufRead + 'r>, String> {
    match method {
        Method::Gzip => Ok(Box::new(BufReader::new(MultiGzDecoder::new(input)))),
        Method::Zip => Ok(Box::new(BufReader::new(Zipped::open(input)?))),
    }
}

/// The one file of a zip archive.
struct Zipped<R> {
    content: Content<R>,
    checksum: Crc,
    /// `None` when it follows the data.
    expected: Option<u32>,
    ended: bool,
}

/// The data of a file in a zip archive, up to their end.
enum Content<R> {
    Stored(Take<R>),
    Deflated(DeflateDecoder<R>),
}

impl<R: BufRead> Zipped<R> {
    fn open(mut input: R) -> Result<Self, String> {
        let cut = |_| "the zip archive is cut off".to_owned();
        let mut header = [0; 30];
        input.read_exact(&mut header).map_err(cut)?;
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let (flags, method, checksum, size) = (short(6), short(8), long(14), long(18));
        let described_later = flags & DESCRIBED_LATER != 0;
        let extra = u64::from(short(26)) + u64::from(short(28));
        let skipped = io::copy(&mut input.by_ref().take(extra), &mut io::sink());
        if skipped.map_err(cut)? < extra {
            return Err("the zip archive is cut off".to_owned());
        }
        let content =
            match method {
                DEFLATED if flags & ENCRYPTED == 0 => Content::Deflated(DeflateDecoder::new(input)),
                STORED if flags & ENCRYPTED == 0 && !described_later => {
                    Content::Stored(input.take(size.into()))
                }
                _ => return Err(
                    "the zip archive is encrypted or compressed in an unusual way: unpack it first"
                        .to_owned(),
                ),
            };
        let expected = (!described_later).then_some(checksum);
        Ok(Self {
            content,
            checksum: Crc::new(),
            expected,
            ended: false,
        })
    }

    /// Checks what follows the file's data: its checksum, and that no other file comes.
    fn check_end(&mut self) -> io::Result<()> {
        let input = match &mut self.content {
            Content::Stored(content) => content.get_mut(),
            Content::Deflated(content) => content.get_mut(),
        };
        let mut word = || {
            let mut word = [0; 4];
            input.read_exact(&mut word).map(|()| word)
        };
        let mut next = word()?;
        let expected = match self.expected {
            Some(expected) => expected,
            None => {
                // The descriptor's signature may be missing; its sizes take 8 bytes, or 16 in archives beyond 4 GiB.
                let checksum = if next == DATA_DESCRIPTOR {
                    word()?
                } else {
                    next
                };
                word()?;
                word()?;
                next = word()?;
                if !next.starts_with(b"PK") {
                    word()?;
                    next = word()?;
                }
                u32::from_le_bytes(checksum)
            }
        };
        let wrong = |reason| Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        if expected != self.checksum.sum() {
            return wrong("the checksum is wrong");
        }
        match next {
            CENTRAL_DIRECTORY => Ok(()),
            LOCAL_FILE => wrong("the archive holds more than one file, unpack it first"),
            _ => wrong("the archive's directory is missing"),
        }
    }
}

impl<R: BufRead> Read for Zipped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.content {
            Content::Stored(content) => content.read(buffer)?,
            Content::Deflated(content) => content.read(buffer)?,
        };
        self.checksum.update(&buffer[..count]);
        if count == 0 {
            self.ended = true;
            self.check_end()?;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};

    use super::*;

    fn zip(files: &[&[u8]]) -> Vec<u8> {
        let mut archive = Vec::new();
        for content in files {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(content).unwrap();
            let mut crc = Crc::new();
            crc.update(content);
            archive.extend_from_slice(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0");
            archive.extend_from_slice(&crc.sum().to_le_bytes());
            archive.extend_from_slice(&[0; 8]);
            archive.extend_from_slice(b"\x01\0\0\0a");
            archive.extend_from_slice(&encoder.finish().unwrap());
        }
        archive.extend_from_slice(b"PK\x01\x02");
        archive
    }

    fn read(bytes: &[u8]) -> Result<String, String> {
        let method = recognise(bytes).ok_or("not compressed")?;
        let mut text = String::new();
        let mut content = open(method, bytes)?;
        content
            .read_to_string(&mut text)
            .map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn reads_gzip_and_a_zip_of_one_file() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all("мова".as_bytes()).unwrap();
        assert_eq!(read(&encoder.finish().unwrap()).unwrap(), "мова");
        assert_eq!(read(&zip(&["мова".as_bytes()])).unwrap(), "мова");
    }

    #[test]
    fn refuses_archives_of_several_files_and_damaged_ones() {
        let mut two = zip(&[b"one", b"two"]);
        assert!(read(&two).unwrap_err().contains("more than one file"));
        two.truncate(20);
        assert!(read(&two).is_err());
        let whole = zip(&["мова".as_bytes()]);
        for end in 4..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
    }
}
