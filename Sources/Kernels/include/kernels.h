#ifndef REVERSAL_KERNELS_H
#define REVERSAL_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#endif
