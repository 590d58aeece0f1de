//! Which column of a table is which field? Decided once, from the header line and what the caller
//! says; refused where two columns claim the same field, because a guess would send wrong data.

use super::ReadError;
use super::fields::{Field, showable};

/// The columns of a table in their order.
#[derive(Debug, Default)]
pub(super) struct Columns {
    columns: Vec<(String, Option<Field>)>,
}

impl Columns {
    /// `mapped` are the caller's own (column, field) pairs; they go before our table of names.
    pub(super) fn new(names: Vec<String>, mapped: &[(String, Field)]) -> Result<Self, ReadError> {
        for (at, name) in names.iter().enumerate() {
            if let Some(first) =
                names[..at].iter().position(|other| other == name && !name.is_empty())
            {
                let (shown, first, second) = (shown(name), first + 1, at + 1);
                return Err(ReadError::new(
                    format!("columns {first} and {second} have the same name{shown}"),
                    "rename or remove one of them",
                ));
            }
        }
        for (column, _) in mapped {
            if !names.contains(column) {
                return Err(ReadError::new(
                    format!("there is no column `{column}`"),
                    "write it as it stands in the header line",
                ));
            }
        }
        let mut columns: Vec<(String, Option<Field>)> = Vec::with_capacity(names.len());
        for name in names {
            let given = mapped.iter().find(|(column, _)| *column == name).map(|(_, field)| *field);
            // A field that the caller has mapped is not looked for elsewhere.
            let found = Field::of(&name).filter(|field| mapped.iter().all(|(_, f)| f != field));
            let field = given.or(found);
            if let Some(field) = field
                && let Some((other, _)) = columns.iter().find(|(_, taken)| *taken == Some(field))
                && !(given.is_some() && field.takes_several())
            {
                let field = field.name();
                return Err(ReadError::new(
                    format!("columns `{other}` and `{name}` both mean {field}"),
                    format!("say which one: --map \"{name}={field}\""),
                ));
            }
            columns.push((name, field));
        }
        if columns.iter().all(|(_, field)| field.is_none()) {
            return Err(ReadError::new(
                "no column has a name that is known",
                "the first line must hold the columns' names; map your own with --map COLUMN=FIELD",
            ));
        }
        Ok(Columns { columns })
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    pub(super) fn field(&self, column: usize) -> Option<Field> {
        self.columns.get(column)?.1
    }

    /// Each column's name, in a form that may be shown, and the field it was taken for.
    pub(super) fn taken(&self) -> impl Iterator<Item = (&str, Option<Field>)> {
        self.columns.iter().map(|(name, field)| {
            // A name that our table or the caller knows is a name, not a value.
            (if field.is_some() { name.as_str() } else { showable(name) }, *field)
        })
    }
}

/// A name that is known to be one, as part of a sentence.
fn shown(name: &str) -> String {
    if Field::of(name).is_some() { format!(": `{name}`") } else { String::new() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should panic here")]
    use super::*;

    fn columns(names: &[&str], mapped: &[(&str, Field)]) -> Result<Vec<Option<Field>>, String> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let mapped: Vec<_> =
            mapped.iter().map(|(name, field)| ((*name).to_owned(), *field)).collect();
        let columns = Columns::new(names, &mapped).map_err(|error| error.to_string())?;
        Ok(columns.taken().map(|(_, field)| field).collect())
    }

    #[test]
    fn names_are_found_and_the_caller_goes_first() {
        assert_eq!(
            columns(&["E-Mail", "Notes", "Order Value"], &[]),
            Ok(vec![Some(Field::Email), None, Some(Field::Amount)])
        );
        assert_eq!(
            columns(&["email", "Value", "Net"], &[("Net", Field::Amount)]),
            Ok(vec![Some(Field::Email), None, Some(Field::Amount)])
        );
        let both = [("Work", Field::Email), ("Home", Field::Email)];
        assert_eq!(columns(&["Work", "Home"], &both), Ok(vec![Some(Field::Email); 2]));
    }

    #[test]
    fn what_is_ambiguous_is_refused_by_name() {
        let error = columns(&["email", "Date", "Order Date"], &[]).unwrap_err();
        assert!(error.contains("columns `Date` and `Order Date` both mean happened_at"), "{error}");
        let error = columns(&["email", "email"], &[]).unwrap_err();
        assert!(error.contains("columns 1 and 2 have the same name: `email`"), "{error}");
        let both = [("A", Field::Amount), ("B", Field::Amount)];
        assert!(columns(&["email", "A", "B"], &both).is_err());
        assert!(columns(&["email"], &[("Mail", Field::Email)]).unwrap_err().contains("`Mail`"));
    }

    #[test]
    fn a_missing_header_line_is_not_quoted() {
        let error = columns(&["ada@example.com", "Ada", "Ada"], &[]).unwrap_err();
        assert!(!error.contains("Ada") && !error.contains("ada"), "{error}");
        let error = columns(&["ada@example.com", "Ada"], &[]).unwrap_err();
        assert!(!error.contains("Ada") && !error.contains("ada"), "{error}");
    }
}
