//! `proof` behind one call, for pages: built for wasm32 without any binding generator.
//!
//! The module has three exports. `reserve(length)` gives room for a request; `check(request,
//! length)` takes it back and gives the answer; `release(place, length)` frees an answer. A request
//! is a list of byte strings, each after its length in 4 bytes, little-endian: the name of the
//! format and its parts. An answer has its own length in front, in the same 4 bytes, and is the
//! text `ok\n<answer>` or `refused <reason>`.

pub mod answer;
#[cfg(feature = "every-format")]
mod formats;
#[cfg(feature = "every-format")]
pub mod reasons;

/// Longest request in bytes: a receipt with its policy, twice over.
pub const REQUEST_LIMIT: usize = 1 << 23;

/// Answers a request; what is no request is refused as one.
#[must_use]
pub fn respond(request: &[u8]) -> String {
    match parts(request).and_then(|parts| parts.split_first().map(|(a, b)| (*a, b.to_vec()))) {
        None => "refused request".to_owned(),
        Some((format, parts)) => {
            match answer::answer(core::str::from_utf8(format).unwrap_or_default(), &parts) {
                Ok(answer) => format!("ok\n{answer}"),
                Err(reason) => format!("refused {reason}"),
            }
        }
    }
}

/// The byte strings of a request, each after its length in 4 bytes, little-endian; `None` if a
/// length does not fit.
#[must_use]
pub fn parts(mut request: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !request.is_empty() {
        let (length, rest) = request.split_first_chunk()?;
        let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        parts.push(part);
        request = rest;
    }
    Some(parts)
}

/// Room for a request of `length` bytes, all zero; null if that is more than [`REQUEST_LIMIT`].
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    if length > REQUEST_LIMIT {
        return core::ptr::null_mut();
    }
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Answers the request and frees it. The answer is freed by [`release`], with 4 bytes more than
/// the length that stands in front of it.
///
/// # Safety
/// `request` comes from [`reserve`] with this `length` and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn check(request: *mut u8, length: usize) -> *mut u8 {
    let slice = core::ptr::slice_from_raw_parts_mut(request, length);
    // SAFETY: the caller promises that `reserve` made exactly this boxed slice.
    let request = unsafe { Box::from_raw(slice) };
    let text = respond(&request);
    let length = u32::try_from(text.len()).unwrap_or_default().to_le_bytes();
    Box::into_raw([&length, text.as_bytes()].concat().into_boxed_slice()).cast()
}

/// Frees an answer of `length` bytes, the 4 in front included.
///
/// # Safety
/// `place` comes from [`check`], `length` is that of its answer, and it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(place: *mut u8, length: usize) {
    let slice = core::ptr::slice_from_raw_parts_mut(place, length);
    // SAFETY: the caller promises that `check` made exactly this boxed slice.
    drop(unsafe { Box::from_raw(slice) });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(parts: &[&[u8]]) -> Vec<u8> {
        let part = |part: &&[u8]| [&(part.len() as u32).to_le_bytes(), *part].concat();
        parts.iter().flat_map(part).collect()
    }

    #[test]
    fn the_exports_answer_like_the_call() {
        let request = request(&[b"canonical", b"[1,2]"]);
        let place = reserve(request.len());
        // SAFETY: `reserve` gave room for the request, and every place is freed as it came.
        let answer = unsafe {
            core::ptr::copy_nonoverlapping(request.as_ptr(), place, request.len());
            let answer = check(place, request.len());
            let length = u32::from_le_bytes(*answer.cast::<[u8; 4]>()) as usize;
            let text = core::slice::from_raw_parts(answer.add(4), length).to_vec();
            release(answer, length + 4);
            text
        };
        assert_eq!(answer, b"ok\n");
        assert_eq!(respond(&request), "ok\n");
        assert!(reserve(REQUEST_LIMIT + 1).is_null());
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for bad in [vec![], vec![1], vec![5, 0, 0, 0, 1], request(&[b"canonical"]), vec![255; 4]] {
            assert!(respond(&bad).starts_with("refused request"), "{bad:?}");
        }
        assert!(respond(&request(&[b"sorcery", b"1"])).starts_with("refused request"));
    }
}
