import Foundation

/// An MPI library, opened at run time, so that the program also runs where none is installed.
///
/// Open MPI's handles are the addresses of objects, and MPICH's are whole numbers of 32 bits. Both are passed as `Int`: a
/// function that takes a number reads the lower half of the register, or of the place on the stack. The processor has to
/// store the lower half first, as those that are supported do.
struct MPILibrary: @unchecked Sendable {
  typealias Code = Int32
  typealias Memory = UnsafeMutableRawPointer
  typealias Request = UnsafeMutablePointer<Int>

  let path: String
  let world: Int, float: Int, sum: Int
  /// Instead of memory to send from: what is received into.
  let inPlace: Memory?

  let initThread: @convention(c) (Memory?, Memory?, Int32, UnsafeMutablePointer<Int32>) -> Code
  let finalize: @convention(c) () -> Code
  let rank: @convention(c) (Int, UnsafeMutablePointer<Int32>) -> Code
  let size: @convention(c) (Int, UnsafeMutablePointer<Int32>) -> Code
  let beginSum: @convention(c) (Memory?, Memory?, Int32, Int, Int, Int, Request) -> Code
  let beginBroadcast: @convention(c) (Memory?, Int32, Int, Int32, Int, Request) -> Code
  let beginGather: @convention(c) (Memory?, Int32, Int, Memory?, Int32, Int, Int, Request) -> Code
  let send: @convention(c) (Memory?, Int32, Int, Int32, Int32, Int, Request) -> Code
  let receive: @convention(c) (Memory?, Int32, Int, Int32, Int32, Int, Request) -> Code
  let test: @convention(c) (Request, UnsafeMutablePointer<Int32>, Memory?) -> Code
  let errorText: @convention(c) (Code, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Code
  private let setErrorHandler: @convention(c) (Int, Int) -> Code
  private let errorsReturn: Int

  private static let openMPI = ["libmpi.so.40", "libmpi.so.80", "libmpi.so"],
    mpich = ["libmpich.so.12", "libmpi.so.12"]

  /// The file names of those that are installed: one of each kind.
  static var installed: [String] {
    [openMPI, mpich].compactMap { names in
      names.first { name in
        guard let library = dlopen(name, RTLD_LAZY) else { return false }
        dlclose(library)
        return true
      }
    }
  }

  /// The library that fits the launcher, or the one that the environment variable `GUISE_MPI` names.
  static func open(for launch: Launch) throws(CollectiveFailure) -> MPILibrary {
    let named = ProcessInfo.processInfo.environment["GUISE_MPI"].flatMap { $0.isEmpty ? nil : [$0] }
    let candidates = named ?? (launch.speaksPMIx ? openMPI + mpich : mpich + openMPI)
    // Its plug-ins look for the library's symbols among those of the whole program.
    for path in candidates {
      if let library = dlopen(path, RTLD_NOW | RTLD_GLOBAL) { return try MPILibrary(library, path) }
    }
    throw .notStarted(
      "this is one of several processes that a launcher started, and there is no MPI library to join them by: looked for "
        + "\(candidates.joined(separator: ", ")). Install Open MPI or MPICH, or name its library in GUISE_MPI")
  }

  private init(_ library: UnsafeMutableRawPointer, _ path: String) throws(CollectiveFailure) {
    func address(_ name: String) throws(CollectiveFailure) -> UnsafeMutableRawPointer {
      guard let symbol = dlsym(library, name) else {
        throw .notStarted("\(path) is not an MPI library: it lacks \(name)")
      }
      return symbol
    }
    func function<Function>(_ name: String) throws(CollectiveFailure) -> Function {
      unsafeBitCast(try address(name), to: Function.self)
    }
    self.path = path
    if dlsym(library, "ompi_mpi_comm_world") != nil {
      func handle(_ name: String) throws(CollectiveFailure) -> Int { Int(bitPattern: try address(name)) }
      (world, float) = (try handle("ompi_mpi_comm_world"), try handle("ompi_mpi_float"))
      (sum, errorsReturn) = (try handle("ompi_mpi_op_sum"), try handle("ompi_mpi_errors_return"))
      inPlace = Memory(bitPattern: 1)
    } else {
      (world, float, sum, errorsReturn) = (0x4400_0000, 0x4c00_040a, 0x5800_0003, 0x5400_0001)
      inPlace = Memory(bitPattern: -1)
    }
    initThread = try function("MPI_Init_thread")
    finalize = try function("MPI_Finalize")
    rank = try function("MPI_Comm_rank")
    size = try function("MPI_Comm_size")
    beginSum = try function("MPI_Iallreduce")
    beginBroadcast = try function("MPI_Ibcast")
    beginGather = try function("MPI_Iallgather")
    send = try function("MPI_Isend")
    receive = try function("MPI_Irecv")
    test = try function("MPI_Test")
    errorText = try function("MPI_Error_string")
    setErrorHandler = try function("MPI_Comm_set_errhandler")
  }

  /// Has functions return their errors instead of ending the process.
  func returnErrors() throws(CollectiveFailure) { try check(setErrorHandler(world, errorsReturn)) }

  func check(_ code: Code) throws(CollectiveFailure) {
    guard code != 0 else { return }
    var text = [CChar](repeating: 0, count: 1024)
    var length: Int32 = 0
    _ = errorText(code, &text, &length)
    throw .library(String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
