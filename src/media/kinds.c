#include "media/kinds.h"

const struct media_kind media_kinds[MEDIA_KINDS] = {
    {"w320", 0, 0, 320, true},    {"w640", 0, 0, 640, true},      {"w960", 0, 0, 960, true},
    {"w1280", 0, 0, 1280, true},  {"w1920", 0, 0, 1920, true},    {"16x9", 16, 9, 1200, false},
    {"4x3", 4, 3, 1200, false},   {"1x1", 1, 1, 1200, false},     {"3x2-640", 3, 2, 640, true},
    {"3x2-960", 3, 2, 960, true}, {"3x2-1280", 3, 2, 1280, true},
};
