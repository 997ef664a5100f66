import HummingbirdCore

/// A placeholder.
package enum Placeholder {}
