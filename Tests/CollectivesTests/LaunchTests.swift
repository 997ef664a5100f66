import Collectives
import Testing

@Suite struct LaunchTests {
  @Test(arguments: [
    [:], ["OMPI_COMM_WORLD_SIZE": "1"], ["PMI_RANK": "0", "PMI_SIZE": "1"],
    // The script of a job is one process, and so is each of an array.
    ["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_JOB_ID": "7"],
    ["SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1", "PMIX_RANK": "0"],
  ])
  func aProcessByItself(_ environment: [String: String]) throws {
    #expect(try Launch(environment) == nil)
  }

  @Test(arguments: [
    // Open MPI's mpirun, MPICH's, and srun with --mpi=pmix and --mpi=pmi2.
    (["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_LOCAL_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "2"], 4, 1, 2),
    (["PMI_RANK": "2", "PMI_SIZE": "3", "MPI_LOCALRANKID": "2", "MPI_LOCALNRANKS": "3"], 3, 2, 3),
    (
      [
        "PMIX_RANK": "5", "SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "7", "SLURM_LOCALID": "1", "SLURM_NODEID": "2",
        "SLURM_STEP_TASKS_PER_NODE": "2(x3),1",
      ], 7, 1, 2
    ),
    (
      [
        "PMI_RANK": "6", "PMI_SIZE": "7", "SLURM_PROCID": "6", "SLURM_STEP_NUM_TASKS": "7", "SLURM_LOCALID": "0",
        "SLURM_NODEID": "3", "SLURM_STEP_TASKS_PER_NODE": "2(x3),1",
      ], 7, 0, 1
    ),
  ])
  func oneOfSeveralRanks(_ environment: [String: String], count: Int, localRank: Int, localCount: Int) throws {
    let launch = try #require(try Launch(environment))
    #expect((launch.count, launch.localRank, launch.localCount) == (count, localRank, localCount))
  }

  @Test func onlyTheLibraryMayKnowHowMany() throws {
    let launch = try Launch(["PMIX_RANK": "0"])
    #expect(launch != nil && launch?.count == nil)
  }

  @Test func processesThatCannotFindEachOtherAreRefused() {
    #expect(throws: CollectiveFailure.self) { try Launch(["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"]) }
  }
}
