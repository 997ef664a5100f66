// Types and constants only: the functions are looked up in the loader at run time, so that the program starts without one.
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>
