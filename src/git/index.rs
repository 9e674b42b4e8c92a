//! The history index: path -> first-parent commits that change it. A cache under the common git directory, safe to delete.
