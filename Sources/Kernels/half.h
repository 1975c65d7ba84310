// 16-bit floating point, private to the kernels. Integer arithmetic only, so that every instruction set gives the same
// bits and the compiler vectorises.
#ifndef REVERSAL_HALF_H
#define REVERSAL_HALF_H

#include <stdint.h>
#include <string.h>

static inline float rk_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t rk_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float rk_float_of_bfloat16(uint16_t half) { return rk_float_of_bits((uint32_t)half << 16); }

// IEEE 754 binary16, exactly.
static inline float rk_float_of_float16(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
  // The exponent is rebiased from 15 to 127; infinity and NaN keep the highest one.
  const uint32_t normal = (magnitude << 13) + (112u << 23), special = magnitude << 13 | 0x7f800000;
  // A subnormal is a multiple of 2⁻²⁴.
  const uint32_t subnormal = rk_bits_of_float((float)(int32_t)magnitude * 0x1p-24f);
  return rk_float_of_bits(sign | (magnitude < 0x0400 ? subnormal : magnitude < 0x7c00 ? normal : special));
}

// To nearest, ties to even. Rounding must not carry a NaN into infinity.
static inline uint16_t rk_bfloat16_of_float(float value) {
  const uint32_t bits = rk_bits_of_float(value);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded);
}

static inline uint16_t rk_float16_of_float(float value) {
  const uint32_t bits = rk_bits_of_float(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  // Normal: the exponent is rebiased, and 13 bits of the fraction are rounded away; a carry moves the exponent up.
  const uint32_t normal = (magnitude - (112u << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
  // Below 2⁻¹⁴ adding ½ leaves the value as a multiple of 2⁻²⁴ in the low bits, rounded by the addition.
  const uint32_t subnormal = rk_bits_of_float(rk_float_of_bits(magnitude) + 0.5f) - 0x3f000000;
  // 65520 and above round to infinity.
  const uint32_t special = magnitude > 0x7f800000 ? 0x7e00 : 0x7c00;
  return (uint16_t)(sign | (magnitude < 0x38800000 ? subnormal : magnitude < 0x477ff000 ? normal : special));
}

#endif
