// Guise as a library: what a program of one's own needs to read and write images, to load models and translate with
// them, and to train new ones. `import Guise` brings in these rooms; the program `guise` is built of the same.
@_exported import Checkpoints
@_exported import Datasets
@_exported import Images
@_exported import Layers
@_exported import Models
@_exported import Pipelines
@_exported import Tensors
@_exported import Training
