/// The version of this program and library, which is also written to model files.
public enum GuiseVersion {
  public static let current = "0.1.0"
}
