//! Words as pieces: every run of three to five letters, with marks for where the word begins and ends, and the word itself.
//! Inflections, compounds and neighbouring languages share pieces, so that what is learnt of one word helps with another.

/// The shortest and the longest piece, in letters.
const SHORTEST: usize = 3;
const LONGEST: usize = 5;

/// Longer words are cut: nobody writes them, and they would cost as much as a page.
const LONGEST_WORD: usize = 60;

/// The number by which a model knows a piece of evidence.
pub fn key(name: &str) -> u32 {
    finish(name.bytes().fold(START ^ 1, mix))
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn finish(hash: u64) -> u32 {
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 32) as u32
}

/// Calls `found` with the number of each piece of `word`; a piece that stands twice comes twice.
pub(crate) fn pieces(word: &str, mut found: impl FnMut(u32)) {
    let mut bytes = [0_u8; 4 * LONGEST_WORD + 2];
    let mut starts = [0_usize; LONGEST_WORD + 3];
    let mut letters = 0;
    let mut end = 0;
    let inner = word.chars().take(LONGEST_WORD);
    for letter in std::iter::once('<').chain(inner).chain(std::iter::once('>')) {
        starts[letters] = end;
        end += letter.encode_utf8(&mut bytes[end..]).len();
        letters += 1;
    }
    starts[letters] = end;
    for first in 0..letters {
        let mut hash = START;
        for last in first..letters.min(first + LONGEST) {
            hash = bytes[starts[last]..starts[last + 1]].iter().copied().fold(hash, mix);
            if last + 1 >= first + SHORTEST {
                found(finish(hash));
            }
        }
    }
    if letters > LONGEST {
        found(finish(bytes[..end].iter().copied().fold(START, mix)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> Vec<u32> {
        let mut found = Vec::new();
        pieces(word, |piece| found.push(piece));
        found
    }

    #[test]
    fn a_word_has_its_runs_of_three_to_five_letters_and_itself() {
        assert_eq!(of("abc").len(), 3 + 2 + 1);
        assert_eq!(of("abcd").len(), 4 + 3 + 2 + 1);
        assert_eq!(of("").len(), 0);
    }

    #[test]
    fn inflected_and_compounded_words_share_pieces() {
        let (one, other) = (of("journalen"), of("patientjournaler"));
        assert!(one.iter().filter(|piece| other.contains(piece)).count() >= 12);
    }

    #[test]
    fn endless_words_and_letters_of_four_bytes_are_cut() {
        assert_eq!(of(&"\u{10348}".repeat(1_000_000)), of(&"\u{10348}".repeat(LONGEST_WORD)));
    }
}
