// A target needs a source file; the header holds it all.
#include "processor.h"
