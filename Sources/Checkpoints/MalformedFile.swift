/// What is wrong inside a file, before it is known which file: `TensorFile` adds the name.
struct MalformedFile: Error {
  let problem: String

  init(_ problem: String) {
    self.problem = problem
  }
}
