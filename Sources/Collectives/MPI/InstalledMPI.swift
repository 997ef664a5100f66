/// The MPI libraries by which ranks could train together.
public enum InstalledMPI {
  /// The file names of Open MPI's and MPICH's libraries, where they are installed.
  public static var libraries: [String] { MPILibrary.installed }
}
