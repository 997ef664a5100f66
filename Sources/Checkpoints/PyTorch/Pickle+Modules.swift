/// Whole modules, which are found by their attributes alone, so that no class need be known.
extension Pickle {
  /// The named parameters and buffers of a module, then its submodules; nil if the object is not a module.
  ///
  /// A module of Python's keeps them in dictionaries of its own; one of TorchScript's has them among its attributes.
  func module(_ index: Int) -> [[(key: PickleValue, value: PickleValue)]]? {
    let object = objects[index]
    guard case .dictionary(let attributes) = object.attributes else { return nil }
    if object.className.hasPrefix("__torch__.") {
      return [
        dictionaries[attributes].filter {
          switch $0.value {
          case .tensor, .object: true
          default: false
          }
        }
      ]
    }
    let parts = ["_parameters", "_buffers", "_modules"].compactMap { value(in: object.attributes, under: $0) }
    guard parts.count == 3 else { return nil }
    let temporary = temporaryBuffers(of: object)
    return parts.map { part in
      guard case .dictionary(let index) = part else { return [] }
      guard !temporary.isEmpty else { return dictionaries[index] }
      return dictionaries[index].filter {
        if case .string(let name) = $0.key { !temporary.contains(name) } else { true }
      }
    }
  }

  /// The names of a module's buffers that are not part of its state dictionary: a set, or a call of `set` with a list.
  private func temporaryBuffers(of object: PickleObject) -> Set<String> {
    var names = value(in: object.attributes, under: "_non_persistent_buffers_set")
    if case .object(let set)? = names, case .sequence(let arguments) = objects[set].arguments {
      names = sequences[arguments].first
    }
    guard case .sequence(let list)? = names else { return [] }
    return Set(
      sequences[list].compactMap { name in
        if case .string(let text) = name { text } else { nil }
      })
  }
}
