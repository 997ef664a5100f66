// swift-tools-version: 6.2
import PackageDescription

// The vector kernels are compiled once for each instruction set that a processor may have, from the same files.
#if arch(x86_64)
let avx2 = ["-mavx2", "-mfma"]
let avx512 = avx2 + ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx512bf16"]
let widerKernels: [Target] = [
  .target(
    name: "KernelsAVX2", dependencies: ["CProcessor", "VectorKernels"],
    swiftSettings: [.define("AVX2"), .unsafeFlags(avx2.flatMap { ["-Xcc", $0] })]),
  .target(
    name: "KernelsAVX512", dependencies: ["CProcessor", "VectorKernels"],
    swiftSettings: [.define("AVX512"), .unsafeFlags(avx512.flatMap { ["-Xcc", $0] })]),
]
#else
let widerKernels: [Target] = []
#endif

// The page of `guise serve`, which is compiled in.
let page = [
  "index.html", "page.css", "icon.svg", "main.js", "api.js", "dom.js", "models.js", "photos.js", "queue.js",
  "viewer.js",
  "runs.js", "recipe.js", "chart.js",
].map { "Page/\($0)" }

// Each list has a type of its own: one expression of all would keep the compiler of the manifest busy for a minute.

// System libraries and the little C there is.
let libraries: [Target] = [
  .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"])]),
  .systemLibrary(name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"])]),
  .systemLibrary(name: "CWebP", pkgConfig: "libwebpmux", providers: [.apt(["libwebp-dev"])]),
  .systemLibrary(name: "CHEIF", pkgConfig: "libheif", providers: [.apt(["libheif-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
  .target(
    name: "CImageCodecs", dependencies: ["CHEIF", "CJPEG", "CPNG", "CTIFF", "CWebP"],
    // Of libwebp's package, but not in what pkg-config says of its newest version.
    linkerSettings: [.linkedLibrary("webp"), .linkedLibrary("webpdemux")]),
  .target(name: "CProcessor"),
  // The compiled shaders, made by scripts/shaders.
  .target(name: "CShaders", exclude: ["glsl"]),
  .systemLibrary(name: "CVulkan", providers: [.apt(["libvulkan-dev"])]),
]

// The rooms, each importing only rooms above it in this list.
let lowestRooms: [Target] = [
  .target(name: "Files"),
  .target(name: "Threads"),
  .target(name: "Collectives"),
  .target(name: "VectorKernels"),
  .target(name: "KernelsBaseline", dependencies: ["CProcessor", "VectorKernels"]),
]
let rooms: [Target] = [
  .target(
    name: "Kernels",
    dependencies: ["COpenBLAS", "CProcessor", "KernelsBaseline", "Threads", "VectorKernels"]
      + widerKernels.map { .target(name: $0.name) }),
  .target(name: "Vulkan", dependencies: ["CShaders", "CVulkan", "Files", "Kernels"]),
  .target(name: "Tensors", dependencies: ["Kernels", "Vulkan"]),
  .target(name: "Layers", dependencies: ["Collectives", "Tensors"]),
  .target(name: "Models", dependencies: ["Layers", "Tensors"]),
  .target(
    name: "Images", dependencies: ["CImageCodecs", "CLCMS", "CZlib", "Files", "Tensors", "Threads"]),
  .target(name: "Datasets", dependencies: ["CZlib", "Files", "Images", "Tensors", "Threads"]),
  .target(
    name: "Checkpoints",
    dependencies: [
      "CZlib", "Files", "Layers", "Models", "Tensors",
      .product(name: "SwiftProtobuf", package: "swift-protobuf"),
    ],
    exclude: ["ONNX/onnx.proto"]),
  .target(name: "Pages"),
  .target(
    name: "Pipelines",
    dependencies: [
      "Checkpoints", "Datasets", "Files", "Images", "Layers", "Models", "Pages", "Tensors", "Threads",
    ]),
  .target(
    name: "Films",
    dependencies: [
      "Checkpoints", "Datasets", "Files", "Images", "Layers", "Models", "Pages", "Pipelines", "Tensors", "Threads",
    ]),
  .target(
    name: "Training",
    dependencies: [
      "Checkpoints", "Collectives", "Datasets", "Files", "Images", "Layers", "Models", "Pages", "Pipelines",
      "Tensors",
      "Yams",
    ]),
  .target(
    name: "Server",
    dependencies: [
      "Checkpoints", "CZlib", "Datasets", "Files", "Images", "Layers", "Models", "Pipelines", "Tensors", "Threads",
      "Training", .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "Logging", package: "swift-log"),
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    ],
    resources: (["Interface/openapi.yaml"] + page).map { .embedInCode($0) }),
  .target(
    name: "Guise",
    dependencies: [
      "Checkpoints", "Collectives", "Datasets", "Files", "Images", "Layers", "Models", "Pipelines", "Tensors",
      "Threads",
      "Training",
    ]),
  .executableTarget(
    name: "GuiseCommand",
    dependencies: [
      "Checkpoints", "Collectives", "Datasets", "Files", "Films", "Images", "Layers", "Models", "Pipelines", "Server",
      "Tensors", "Threads", "Training", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    resources: ["depthwise", "forward", "networks", "peers", "tensors", "training"].map {
      .embedInCode("Bench/Peers/\($0).py")
    }),

  .executableTarget(
    name: "GuiseFuzz",
    dependencies: [
      "Checkpoints", "CZlib", "Datasets", "Images", "Tensors", "Training",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
]

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["Checkpoints", "Collectives", "Images", "Layers", "Models", "Tensors"],
    path: "Tests/TestSupport"),
  .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
  .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
  .testTarget(name: "CollectivesTests", dependencies: ["Collectives", "TestSupport"]),
  .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Tensors", "TestSupport"]),
  .testTarget(name: "VulkanTests", dependencies: ["Kernels", "Vulkan"]),
  .testTarget(
    name: "TensorsTests", dependencies: ["Kernels", "Layers", "Tensors", "TestSupport", "Threads"],
    exclude: ["Golden"]),
  .testTarget(name: "LayersTests", dependencies: ["Layers", "Tensors", "TestSupport"], exclude: ["Golden"]),
  .testTarget(
    name: "ModelsTests", dependencies: ["Images", "Layers", "Models", "Tensors", "TestSupport"],
    exclude: ["Golden"]),
  .testTarget(
    name: "ImagesTests", dependencies: ["CZlib", "Files", "Images", "Tensors", "TestSupport", "Threads"],
    exclude: ["Golden"]),
  .testTarget(
    name: "DatasetsTests", dependencies: ["Datasets", "Images", "Tensors", "TestSupport", "Threads"],
    exclude: ["Golden"]),
  .testTarget(
    name: "CheckpointsTests",
    dependencies: ["Checkpoints", "Images", "Layers", "Models", "Tensors", "TestSupport"], exclude: ["Golden"]),
  .testTarget(
    name: "TrainingTests",
    dependencies: [
      "Checkpoints", "Collectives", "Datasets", "Images", "Layers", "Models", "Pipelines", "Tensors", "TestSupport",
      "Threads",
      "Training",
    ],
    exclude: ["Golden"]),
  .testTarget(
    name: "PipelinesTests",
    dependencies: [
      "Checkpoints", "Datasets", "Files", "Images", "Layers", "Models", "Pipelines", "Tensors",
      "TestSupport", "Threads",
    ]),
  .testTarget(
    name: "FilmsTests", dependencies: ["Films", "Images", "Pipelines", "TestSupport"]),
  .testTarget(
    name: "ServerTests",
    dependencies: [
      "Checkpoints", "Files", "GuiseCommand", "Images", "Layers", "Models", "Pipelines", "Server", "Tensors",
      "TestSupport", "Training",
    ]),
  .testTarget(name: "GuiseTests", dependencies: ["Guise"], packageAccess: false),
  .testTarget(name: "GuiseFuzzTests", dependencies: ["GuiseFuzz", "TestSupport"]),
  .testTarget(
    name: "GuiseCommandTests",
    dependencies: [
      "Checkpoints", "Files", "GuiseCommand", "Images", "Layers", "Models", "Pipelines", "Tensors", "TestSupport",
    ]),
]

let package = Package(
  name: "guise",
  products: [
    .executable(name: "guise", targets: ["GuiseCommand"]),
    .executable(name: "guise-fuzz", targets: ["GuiseFuzz"]),
    .library(name: "Guise", targets: ["Guise"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Without its traits, and of its products only the core: the rest would take as long to build again.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    // Without its traits, which are of no use here.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: libraries + lowestRooms + widerKernels + rooms + tests,
  swiftLanguageModes: [.v6]
)

// The build tool compiles a target again only when the interface of a target that it names has changed. An interface does
// not show that a type from further below has got another layout, so each target names everything below it: otherwise old
// and new layouts meet after an incremental build, and the program crashes. Targets stand after those that they name.
var below: [String: Set<String>] = [:]
for target in package.targets {
  let named = target.dependencies.compactMap { dependency -> String? in
    switch dependency {
    case .byNameItem(let name, _), .targetItem(let name, _): name
    default: nil
    }
  }
  let all = named.reduce(into: Set(named)) { $0.formUnion(below[$1] ?? []) }
  below[target.name] = all
  target.dependencies += all.subtracting(named).sorted().map { .byName(name: $0) }
}
