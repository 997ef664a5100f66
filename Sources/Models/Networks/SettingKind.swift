/// What kind of value a setting has, for a form. Whether a value is allowed is told by the setting itself, which may exclude
/// the ends of a range.
public enum SettingKind: Sendable, Equatable {
  /// A whole number between two ends; nil for no upper end.
  case integer(Double, Double?)
  /// A number between two ends; nil for no upper end.
  case number(Double, Double?)
  case flag
  case choice([String])
  case text
  /// Several values in brackets, `[a, b]`.
  case list
}
