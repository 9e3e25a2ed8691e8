#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

/// How many allocations the calling thread has made; -1 if they are not counted.
long allocation_count(void);

#endif
