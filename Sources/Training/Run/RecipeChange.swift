/// A key that a resumed run has another value of than the steps before.
struct RecipeChange: CustomStringConvertible {
  let key: String
  let old: String
  let new: String

  var description: String { "from here on, \(key) is \(new) instead of \(old)" }
}

extension Recipe {
  /// What differs in another recipe of this task.
  func changes(to other: Recipe) -> [RecipeChange] {
    keys.compactMap { key in
      let (old, new) = (key.write(self), key.write(other))
      return old == new ? nil : RecipeChange(key: key.path, old: old, new: new)
    }
  }
}
