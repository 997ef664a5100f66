/// What the launcher of this process, such as `mpirun` or `srun`, says of it in its environment.
public struct Launch: Sendable, Equatable {
  /// The number of ranks; nil if only the library knows.
  public let count: Int?
  /// This rank among those of this machine, counted from 0.
  public let localRank: Int
  /// The ranks of this machine.
  public let localCount: Int
  /// Whether the launcher speaks PMIx, as Open MPI's does.
  let speaksPMIx: Bool

  /// The launch of one of several ranks; nil for a process by itself.
  ///
  /// Throws where Slurm has started several processes that cannot find each other.
  public init?(_ environment: [String: String]) throws(CollectiveFailure) {
    func number(_ names: String...) -> Int? { names.lazy.compactMap { environment[$0] }.first.flatMap { Int($0) } }
    let hasPMIx = environment["PMIX_RANK"] != nil
    let hasPMI = environment["PMI_RANK"] != nil || environment["PMI_FD"] != nil
    // A step's number of tasks: that of a whole job is also in the environment of its script, which is one process.
    let tasks = environment["SLURM_PROCID"] == nil ? nil : number("SLURM_STEP_NUM_TASKS")
    let own = number("OMPI_COMM_WORLD_SIZE", "PMI_SIZE")
    if own == nil, !hasPMIx, !hasPMI {
      if let tasks, tasks > 1 {
        throw .notStarted(
          "srun has started \(tasks) processes that do not know of each other: give it --mpi=pmix or --mpi=pmi2, "
            + "whichever srun --mpi=list has and the MPI library speaks")
      }
      return nil
    }
    count = own ?? tasks
    guard count != 1 else { return nil }
    speaksPMIx = environment["OMPI_COMM_WORLD_SIZE"] != nil || hasPMIx
    localRank = max(0, number("OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID") ?? 0)
    let ofNode = Self.tasks(ofNode: number("SLURM_NODEID") ?? 0, in: environment["SLURM_STEP_TASKS_PER_NODE"] ?? "")
    localCount = max(1, number("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS") ?? ofNode ?? 1)
  }

  /// Slurm's list of the tasks of each node, such as `2(x3),1`.
  private static func tasks(ofNode node: Int, in list: String) -> Int? {
    var first = 0
    for part in list.split(separator: ",") {
      let fields = part.split { "(x)".contains($0) }.compactMap { Int($0) }
      guard let tasks = fields.first else { return nil }
      first += fields.count > 1 ? fields[1] : 1
      if node < first { return tasks }
    }
    return nil
  }
}
