/// What is wrong in a file, thrown where the file's name is not known; callers turn it into a `CheckpointError` with
/// the name.
struct MalformedFile: Error {
  let problem: String

  init(_ problem: String) {
    self.problem = problem
  }
}
