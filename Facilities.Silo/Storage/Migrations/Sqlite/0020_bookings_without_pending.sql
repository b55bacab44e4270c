-- Rows of bookings no longer say which work of theirs is under way; those that an older program was at still do.
update bookings set body =
  replace(replace(replace(replace(replace(replace(replace(body,
    '"pending":"holding","quote":', '"pending":"none","quote":'),
    '"pending":"releasing","quote":', '"pending":"none","quote":'),
    '"pending":"firming","quote":', '"pending":"none","quote":'),
    '"pending":"moving","quote":', '"pending":"none","quote":'),
    '"pending":"settlingUp","quote":', '"pending":"none","quote":'),
    '"pending":"reviving","quote":', '"pending":"none","quote":'),
    '"pending":"crediting","quote":', '"pending":"none","quote":')
  where body not like '%"pending":"none","quote":%';
