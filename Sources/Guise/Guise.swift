// Guise as a library: `import Guise` brings in every room whose types a program of one's own meets when it reads and writes
// images, loads models and translates with them, trains new ones, and writes operations, layers, networks and tasks of its
// own. The program `guise` is built of the same.
@_exported import Checkpoints
@_exported import Datasets
@_exported import Files
@_exported import Images
@_exported import Layers
@_exported import Models
@_exported import Pipelines
@_exported import Tensors
@_exported import Threads
@_exported import Training
