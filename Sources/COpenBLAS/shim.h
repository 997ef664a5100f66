// For the types alone: the library itself is loaded at run time, see Sources/Kernels/OpenBLAS.swift.
#include <cblas.h>
