/// The version of this program and library, which model files carry too.
public enum GuiseVersion {
  public static let current = "0.1.0"
}
