//! [`Errors`]: everything that is wrong, at once.

use std::fmt;

/// Several errors of one kind, at least one; written a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors<E>(Vec<E>);

impl<E> Errors<E> {
    /// The value when there is no error, else all of them.
    pub fn unless_empty<T>(errors: Vec<E>, value: T) -> Result<T, Self> {
        if errors.is_empty() { Ok(value) } else { Err(Self(errors)) }
    }

    /// These errors; the caller knows that there is one.
    pub fn of(errors: Vec<E>) -> Self {
        debug_assert!(!errors.is_empty(), "errors without an error");
        Self(errors)
    }

    /// The errors.
    pub fn errors(&self) -> &[E] {
        &self.0
    }
}

impl<E> From<E> for Errors<E> {
    fn from(error: E) -> Self {
        Self(vec![error])
    }
}

impl<E: fmt::Display> fmt::Display for Errors<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Errors<E> {}
