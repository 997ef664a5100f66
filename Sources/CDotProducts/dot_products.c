// A target needs a source file; the header holds it all.
#include "dot_products.h"
