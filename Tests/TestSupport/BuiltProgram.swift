import Foundation

/// Where the package's programs were built: beside the test bundle.
public enum BuiltProgram {
  public static func url(_ name: String) -> URL {
    let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
    return (bundle?.deletingLastPathComponent() ?? Bundle.main.bundleURL).appending(path: name)
  }
}
