/// Builds a layer whose parameters and statistics have shapes but no values, so that a network's tensors can be listed
/// before memory is allocated for them. `body` must not read values.
package func outlined<L: Layer>(_ body: () -> L) -> L {
  Outline.$isWanted.withValue(true, operation: body)
}

enum Outline {
  @TaskLocal static var isWanted = false
}
