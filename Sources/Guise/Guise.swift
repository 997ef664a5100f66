// The library: `import Guise` re-exports every module that programs need to read and write images, to load models and
// translate with them, to train new ones, and to define operations, layers, networks and tasks of their own. The
// program `guise` is built from the same modules.
@_exported import Checkpoints
@_exported import Collectives
@_exported import Datasets
@_exported import Files
@_exported import Images
@_exported import Layers
@_exported import Models
@_exported import Pipelines
@_exported import Tensors
@_exported import Threads
@_exported import Training
